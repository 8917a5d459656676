// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Wire

extension ConstructClient {
  /// A connection that stood this long counts as good: pauses begin anew after it.
  private static let goodConnection: UInt64 = 10_000
  /// Milliseconds within which a second replacement means that somebody else lives on this device's key. A first one may be
  /// a connection of its own that a gateway has held for alive.
  private static let replacementsApart: UInt64 = 60_000

  /// Connects, receives, sends the outbox, and connects again whenever the connection is lost, until the task is
  /// cancelled or there is no point in going on.
  ///
  /// - Throws: `.cancelled`; `.alreadyRunning`; `.notRegistered`; `.replaced` when the same device connected elsewhere, twice in a minute;
  ///   `.deviceRemoved`; `.wrongServer`; `.versionUnsupported`; `.storeFailed`; `.storeDamaged`.
  public func run() async throws(ClientError) {
    guard !isRunning else { throw ClientError(.alreadyRunning) }
    isRunning = true
    defer { isRunning = false }
    let (endpoints, security) = try await store.read { transaction in
      _ = try transaction.account()
      return try transaction.servers()
    }
    guard !endpoints.isEmpty else { throw ClientError(.addressInvalid) }
    var schedule = ReconnectSchedule(endpoints: endpoints)
    var attempt = schedule.next(random: 0)
    var replacedAt: UInt64?
    while true {
      try await pause(before: attempt)
      hub.tell(.connecting(attempt.endpoint))
      connectedSince = nil
      connectionWanted.clear()
      var failure = ClientError(.connectionLost)
      do throws(ClientError) {
        let draining = try await serve(attempt.endpoint, security)
        schedule.drained(after: .milliseconds(Int64(clamping: draining.reconnectAfterMilliseconds)))
      } catch {
        let now = options.clock.now()
        let isFirstReplacement =
          error.code == .replaced && replacedAt.map { now &- $0 >= Self.replacementsApart } ?? true
        guard !error.endsRun || isFirstReplacement else { throw error }
        if error.code == .replaced { replacedAt = now }
        failure = error
        if let connectedSince, options.clock.now() &- connectedSince >= Self.goodConnection { schedule.succeeded() }
        schedule.failed(retryAfter: error.retryAfterMilliseconds.map { .milliseconds(Int64(clamping: $0)) })
      }
      guard !Task.isCancelled else { throw ClientError(.cancelled) }
      options.logger.info("disconnected", metadata: ["reason": "\(failure.failure?.name ?? failure.code.name)"])
      attempt = schedule.next(random: Double.random(in: 0..<1))
      hub.tell(.disconnected(failure, retryAfter: attempt.delay))
    }
  }

  /// Waits for an attempt's time, or until somebody wants a connection, though never less than the server demanded, nor
  /// than a little.
  private func pause(before attempt: ReconnectSchedule.Attempt) async throws(ClientError) {
    let clock = options.clock
    let least = min(attempt.delay, max(attempt.demanded, .seconds(1)))
    do {
      try await clock.sleep(least)
      if attempt.delay > least {
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try await clock.sleep(attempt.delay - least) }
          group.addTask { [connectionWanted] in await connectionWanted.wait() }
          defer { group.cancelAll() }
          try await group.next()
        }
      }
    } catch {
      throw ClientError(.cancelled)
    }
  }

  /// Runs `body` while the client keeps itself connected, and disconnects in good order when it returns.
  ///
  /// `body` begins at once, connected or not. Throws what `body` throws, or what ends `run`.
  public nonisolated func whileConnected<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask {
        try await self.run()
        return nil
      }
      group.addTask { try await body() }
      defer { group.cancelAll() }
      while let result = try await group.next() {
        if let result { return result }
      }
      throw ClientError(.cancelled)
    }
  }

  /// One connection from greeting to end. Returns if the server goes away in good order, and throws why it ended else.
  private func serve(_ endpoint: GatewayEndpoint, _ security: TransportSecurity) async throws(ClientError) -> Draining {
    let connection = try await GatewayConnection.open(
      endpoint, security: security, timeouts: options.timeouts, clientName: options.clientName)
    let login = Login(connection: connection, store: store, clock: options.clock, logger: options.logger)
    let link = makeLink(connection)
    do throws(ClientError) {
      let ready = try await login.authenticate()
      try await link.refreshOwnDevices()
      self.link = link
      connectedSince = options.clock.now()
      // Whoever wanted it has it.
      connectionWanted.clear()
      hub.tell(.connected(endpoint))
      let draining = try await work(link, login, ready)
      self.link = nil
      await connection.close()
      if let draining { return draining }
      throw await connection.closeReason().error
    } catch {
      self.link = nil
      await connection.close()
      // What the server said about the connection says more than what a request saw of it.
      if case .failure = await connection.closeReason() { throw await connection.closeReason().error }
      throw error
    }
  }

  private enum WorkResult: Sendable {
    case received(Draining?)
    case ended
    case failed(ClientError)
  }

  /// Receives, sends, and keeps tokens and prekeys fresh, until one of them ends.
  private nonisolated func work(
    _ link: OnlineLink, _ login: Login, _ ready: Ready
  ) async throws(ClientError) -> Draining? {
    let receiver = MailboxReceiver(link: link, preKeyUsed: preKeyUsed, outboxChanged: outboxChanged)
    let sender = OutboxSender(link: link, wake: outboxChanged) { await receiver.finished(.outbox) }
    let upkeep = KeyUpkeep(link: link, wake: preKeyUsed) { await receiver.finished(.keys) }
    let result = await withTaskGroup(of: WorkResult.self) { group -> WorkResult in
      group.addTask {
        do throws(ClientError) { return .received(try await receiver.run()) } catch { return .failed(error) }
      }
      group.addTask {
        do throws(ClientError) { try await sender.run() } catch { return .failed(error) }
        return .ended
      }
      group.addTask {
        await upkeep.run()
        return .ended
      }
      group.addTask {
        do throws(ClientError) { try await self.keepTokensFresh(login, ready, link) } catch { return .failed(error) }
        return .ended
      }
      defer { group.cancelAll() }
      return await group.next() ?? .ended
    }
    switch result {
    case .received(let draining): return draining
    case .ended: return nil
    case .failed(let error): throw error
    }
  }

  /// Authenticates again before the token ends, for as long as the connection stands.
  private nonisolated func keepTokensFresh(
    _ login: Login, _ first: Ready, _ link: OnlineLink
  ) async throws(ClientError) {
    var expiry = first.tokenExpiry
    while !Task.isCancelled {
      let now = login.serverTime
      let left = expiry > now ? expiry - now : 0
      // Two margins ahead, though not more than half of what is left, so that short-lived tokens work, too.
      let pause = left - min(left / 2, 2 * Login.margin)
      do { try await options.clock.sleep(.milliseconds(Int64(clamping: max(pause, 1_000)))) } catch { return }
      expiry = try await login.renew().tokenExpiry
      try await link.refreshOwnDevices()
    }
  }
}

extension ClientError {
  /// Whether trying again by itself would only do the same.
  var endsRun: Bool {
    switch code {
    case .replaced, .deviceRemoved, .wrongServer, .versionUnsupported, .notRegistered, .storeFailed, .storeDamaged,
      .cancelled, .cryptography:
      true
    default: false
    }
  }
}
