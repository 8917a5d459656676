// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import BlockingThread
import CHiredis

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension RedisSocket {
  /// Connects, introduces itself and makes sure that the server answers, all within the connect timeout for each step.
  /// - Throws: `.unavailable`.
  static func connect(_ configuration: RedisConfiguration, at site: CallSite) throws(RedisError) -> RedisSocket {
    let limit = max(1, configuration.connectTimeoutMilliseconds)
    let timeout = timeval(tv_sec: limit / 1_000, tv_usec: numericCast(limit % 1_000 * 1_000))
    let opened =
      switch configuration.address.place {
      case .unix(let path): unsafe redisConnectUnixWithTimeout(path, timeout)
      case .tcp(let host, let port): unsafe redisConnectWithTimeout(host, port, timeout)
      }
    guard let context = unsafe opened else { throw RedisError(.unavailable, "hiredis is out of memory", at: site) }
    let isConnected = unsafe context.pointee.err == 0
    if isConnected { unsafe redisSetTimeout(context, timeout) }
    if isConnected, case .tcp = configuration.address.place {
      unsafe redisEnableKeepAlive(context)
      disableDelay(unsafe context.pointee.fd)
    }
    let socket = unsafe RedisSocket(owning: context)
    guard isConnected else { throw RedisError(.unavailable, "no connection to the server", at: site) }
    for command in greeting(configuration) {
      try socket.ask(command, at: site)
    }
    guard socket.makeNonBlocking() else {
      throw RedisError(.unavailable, "the connection cannot be made non-blocking", at: site)
    }
    return socket
  }

  private static func greeting(_ configuration: RedisConfiguration) -> [RedisCommand] {
    let address = configuration.address
    var commands: [RedisCommand] = []
    if let password = address.password {
      let user = address.user.map { [RedisArgument.text($0)] } ?? []
      commands.append(RedisCommand("AUTH", user + [.text(password)]))
    }
    if address.database != 0 { commands.append(RedisCommand("SELECT", .integer(address.database))) }
    if let name = configuration.clientName { commands.append(RedisCommand("CLIENT", "SETNAME", .text(name))) }
    // A server that is still loading its data refuses this.
    commands.append(RedisCommand("PING"))
    return commands
  }

  /// Sends a command and blocks for the reply.
  private func ask(_ command: RedisCommand, at site: CallSite) throws(RedisError) {
    guard append(command), let reply = blockForReply() else {
      throw RedisError(.unavailable, "the server does not answer", at: site)
    }
    if case .error(let message) = reply {
      let word = RedisError(serverMessage: message, at: site).serverCode
      throw RedisError(.unavailable, "the server refused the session", at: site, serverCode: word)
    }
  }

  func setNonBlocking(_ descriptor: Int32) -> Bool {
    let flags = fcntl(descriptor, F_GETFL)
    return flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0
  }

  private static func disableDelay(_ descriptor: Int32) {
    var on: Int32 = 1
    // Best effort: without it a short command may wait for the acknowledgement of the one before.
    _ = unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
  }
}
