// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Redis

/// A Redis for one test alone, which the test may halt and kill.
actor PrivateRedis {
  private let folder: URL
  private let extraArguments: [String]
  private var process: Process?

  /// - Parameter arguments: as for `redis-server`.
  init(_ arguments: String...) throws {
    folder = URL(fileURLWithPath: "/tmp/construct-redis-\(UInt64.random(in: 0 ... .max))")
    extraArguments = arguments
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  nonisolated var address: String { "unix://\(folder.path)/socket" }

  /// Starts the server and returns when it answers.
  func start() async throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["redis-server", "--port", "0", "--unixsocket", "\(folder.path)/socket", "--save", "", "--dir", folder.path]
      + extraArguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    self.process = process
    try await waitUntilReady()
  }

  /// The process takes no step until ``proceed()``.
  func halt() { send(SIGSTOP) }

  func proceed() { send(SIGCONT) }

  /// Ends the server without a farewell, and returns when it is gone.
  func kill() {
    send(SIGKILL)
    process?.waitUntilExit()
    process = nil
  }

  func remove() throws {
    kill()
    try FileManager.default.removeItem(at: folder)
  }

  private nonisolated func waitUntilReady() async throws {
    try await TestServer.withClient(RedisConfiguration(address)) { client in
      while try await !answers(client) {}
    }
  }

  /// The client pauses by itself between attempts to connect. A server that asks for a password answers too.
  private nonisolated func answers(_ client: RedisClient) async throws -> Bool {
    do {
      try await client.checkHealth()
      return true
    } catch {
      guard error.code == .unavailable else { throw error }
      return error.serverCode == "NOAUTH"
    }
  }

  private func send(_ signal: Int32) {
    guard let process else { return }
    Foundation.kill(process.processIdentifier, signal)
  }
}

extension PrivateRedis {
  /// Lends a started server.
  static func run<T>(_ body: (PrivateRedis) async throws -> T) async throws -> T {
    let server = try PrivateRedis()
    try await server.start()
    let result: Result<T, any Error>
    do {
      result = .success(try await body(server))
    } catch {
      result = .failure(error)
    }
    try await server.remove()
    return try result.get()
  }
}
