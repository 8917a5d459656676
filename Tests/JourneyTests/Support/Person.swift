// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ConstructClient
import Foundation
import NativeCrypto
import TestSupport

/// Somebody with one device: the SDK as an app uses it, with a profile in a folder of its own.
actor Person {
  let name: String
  nonisolated let client: ConstructClient
  private let folder: URL
  private let events: AsyncStream<ClientEvent>
  /// What came in since the person was made, in order.
  private(set) var received: [Message] = []
  private(set) var accepted: [Message] = []
  private(set) var failed: [Message] = []

  /// Registers at the gateways given.
  init(_ name: String, servers: [String]) async throws {
    self.name = name
    folder = FileManager.default.temporaryDirectory.appending(path: "construct-journey-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let key = folder.appending(path: "key").path
    try ProfileKey.createKeyFile(key)
    client = try await ConstructClient.create(Self.profile(in: folder), key: .keyFile(key))
    events = client.events
    try await client.setServers(try servers.map { try GatewayEndpoint($0) })
    try await client.register(username: name)
  }

  private init(reopening person: Person, name: String, folder: URL) async throws {
    self.name = name
    self.folder = folder
    client = try await ConstructClient.open(
      Self.profile(in: folder), key: .keyFile(folder.appending(path: "key").path))
    events = client.events
  }

  private static func profile(in folder: URL) -> ProfileDirectory {
    ProfileDirectory(path: folder.appending(path: "profile").path)
  }

  /// Ends the app and starts it again: only what was stored is left.
  func restarted() async throws -> Person {
    try await client.close()
    return try await Person(reopening: self, name: name, folder: folder)
  }

  func discard() async throws {
    try await client.close()
    try removeFolder()
  }

  func removeFolder() throws { try FileManager.default.removeItem(at: folder) }

  /// The profile as it stands now, to be opened once this one is closed.
  func copied() throws -> Copy {
    let copy = FileManager.default.temporaryDirectory.appending(path: "construct-journey-\(UUID().uuidString)")
    try FileManager.default.copyItem(at: folder, to: copy)
    return Copy(person: self, folder: copy)
  }

  struct Copy: Sendable {
    let person: Person
    let folder: URL

    func opened() async throws -> Person { try await Person(reopening: person, name: person.name, folder: folder) }
  }

  /// Waits until something is so, looking at each event.
  func await(_ isDone: @Sendable (Person) async throws -> Bool) async throws {
    var iterator = events.makeAsyncIterator()
    while try await !isDone(self) {
      guard await iterator.next() != nil else { throw TestSupportError("\(name)'s events ended") }
    }
  }

  /// The texts that can be read in the conversation with somebody, oldest first.
  func texts(from other: String) async throws -> [String] {
    try await client.history(with: other, limit: 10_000).filter { $0.direction == .incoming }.map { $0.text ?? "?" }
  }

  /// Waits until this many messages have come in altogether.
  func awaitReceived(_ count: Int) async throws { try await awaitEvents { $0.received.count >= count } }

  /// Waits until this many of one's own are durable at the server.
  func awaitAccepted(_ count: Int) async throws { try await awaitEvents { $0.accepted.count >= count } }

  func awaitFailed(_ count: Int) async throws { try await awaitEvents { $0.failed.count >= count } }

  private func awaitEvents(until isDone: (isolated Person) -> Bool) async throws {
    var iterator = events.makeAsyncIterator()
    while !isDone(self) {
      guard let event = await iterator.next() else { throw TestSupportError("\(name)'s events ended") }
      switch event {
      case .received(let message): received.append(message)
      case .accepted(let message): accepted.append(message)
      case .failed(let message): failed.append(message)
      case .missed(let count): throw TestSupportError("\(name) missed \(count) events")
      default: break
      }
    }
  }
}
