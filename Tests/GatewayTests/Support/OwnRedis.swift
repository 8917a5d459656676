// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Redis
import ServiceKit
import TestSupport

/// A Redis server that belongs to one test, which may kill it and start it again, empty.
final class OwnRedis {
  private let directory: URL
  private var process: Process?

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(
      path: "construct-gateway-\([UInt8].random(count: 6).hexadecimal)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  deinit {
    // Children are started with SIGTERM blocked, and one that is left keeps the test run's output open.
    if let process { Foundation.kill(process.processIdentifier, SIGKILL) }
    // The system clears what cannot be removed now.
    do { try FileManager.default.removeItem(at: directory) } catch {}
  }

  private var socket: String { directory.appending(path: "redis.sock").path(percentEncoded: false) }

  func configuration() throws -> RedisConfiguration { try RedisConfiguration("unix://\(socket)") }

  /// Starts the server and waits until it answers.
  func start() async throws {
    let server = Process()
    server.executableURL = URL(filePath: "/usr/bin/env")
    server.arguments = [
      "redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir",
      directory.path(percentEncoded: false),
    ]
    server.standardOutput = FileHandle.nullDevice
    server.standardError = FileHandle.nullDevice
    try server.run()
    process = server
    let client = RedisClient(try configuration())
    var pause = RetryPause(attempts: 100)
    while true {
      do {
        try await client.checkHealth()
        return await client.shutdown()
      } catch {
        guard await pause.wait() else { throw TestSupportError("the test's own Redis does not start") }
      }
    }
  }

  /// Ends the server as a power failure would.
  func kill() throws {
    guard let process else { return }
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    self.process = nil
    try FileManager.default.removeItem(at: directory)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }
}
