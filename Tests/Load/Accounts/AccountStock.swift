// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ConstructClient
import Foundation
import NIOCore
import NIOPosix
import Wire

/// The accounts that loads are made with, kept in a file so that the next run need not register them again: a line
/// each, account and private key in hexadecimal, for the owner's eyes alone.
struct AccountStock: Sendable {
  let file: URL
  private(set) var accounts: [LoadAccount] = []

  /// Reads the file, if there is one.
  init(file: URL) throws {
    self.file = file
    guard FileManager.default.fileExists(atPath: file.path) else { return }
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      let parts = line.split(separator: " ").compactMap { Hex.decode(Array($0.utf8)) }
      guard parts.count == 2, let id = AccountID(bytes: parts[0]) else {
        throw LoadError("\(file.path) is damaged; delete it, and the accounts are made anew")
      }
      accounts.append(try LoadAccount(id: id, key: parts[1]))
    }
  }

  /// Registers what is missing to `count`, some at once, and saves it.
  mutating func fill(
    to count: Int, at endpoint: GatewayEndpoint, on group: any EventLoopGroup, progress: @Sendable (Int) -> Void
  ) async throws {
    let missing = count - accounts.count
    guard missing > 0 else { return }
    let file = file
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    guard
      FileManager.default.fileExists(atPath: file.path)
        || FileManager.default.createFile(atPath: file.path, contents: nil, attributes: [.posixPermissions: 0o600])
    else { throw LoadError("\(file.path) cannot be written") }
    let handle = try FileHandle(forWritingTo: file)
    try handle.seekToEnd()
    let first = accounts.count
    try await withThrowingTaskGroup(of: LoadAccount.self) { tasks in
      var started = 0
      func start() {
        let number = first + started
        started += 1
        tasks.addTask {
          let connection = try await LoadConnection.open(
            endpoint, on: group.next(), from: try SourceAddress.of(number, to: endpoint))
          let account = try await LoadAccount.register(over: connection)
          try await connection.close()
          return account
        }
      }
      while started < min(missing, 8) { start() }
      while let account = try await tasks.next() {
        try handle.write(contentsOf: Data((Hex.encode(account.id.bytes) + " " + Hex.encode(account.key) + "\n").utf8))
        accounts.append(account)
        progress(accounts.count)
        if started < missing { start() }
      }
    }
    try handle.close()
  }
}

/// Where connections come from. Registrations and logins are limited by address, which is right for the world and wrong
/// for a load from one machine: to a gateway on this machine each connection comes from one of 16,000 loopback addresses.
/// A gateway elsewhere sees one address, and its limits have to be raised for the measurement.
enum SourceAddress {
  static func of(_ number: Int, to endpoint: GatewayEndpoint) throws -> SocketAddress? {
    guard endpoint.isLoopback else { return nil }
    let host = 2 + number % 16_000
    return try SocketAddress(ipAddress: "127.1.\(host / 250).\(1 + host % 250)", port: 0)
  }
}
