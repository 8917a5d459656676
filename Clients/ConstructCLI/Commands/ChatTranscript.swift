// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ConstructClient

/// What a conversation on a terminal shows: finished lines, and the messages on their way. A value; it does no output.
struct ChatTranscript {
  private let contact: String
  private let text: MessageText
  private var lastDay = ""
  private var isOffline = false
  /// Messages on their way, oldest first.
  private(set) var pending: [Message] = []
  /// Messages that were on their way and are not any more. The news of it may come before `send` has returned.
  private var settled: Set<Message.ID> = []

  init(contact: String, text: MessageText) {
    self.contact = contact
    self.text = text
  }

  private var style: Style { text.style }

  /// The lines that a message adds; none while it is on its way.
  mutating func add(_ message: Message) -> [String] {
    guard message.contact == contact else { return elsewhere(message) }
    let wasPending = pending.contains { $0.id == message.id }
    pending.removeAll { $0.id == message.id }
    if message.state == .waiting {
      if settled.remove(message.id) == nil { pending.append(message) }
      return []
    }
    if message.direction == .outgoing, !wasPending { settled.insert(message.id) }
    let day = text.day(message.sentAt)
    let lines = text.lines(message)
    guard day != lastDay else { return lines }
    lastDay = day
    return [style.dim("── \(day) ──")] + lines
  }

  private func elsewhere(_ message: Message) -> [String] {
    guard message.direction == .incoming else { return [] }
    return [note("\(message.contact) wrote: 'construct chat \(message.contact)'")]
  }

  /// The lines that an event adds.
  mutating func add(_ event: ClientEvent) -> [String] {
    switch event {
    case .received(let message), .accepted(let message), .failed(let message): return add(message)
    case .connected where isOffline:
      isOffline = false
      return [note("connected again")]
    case .disconnected(let error, _) where !isOffline:
      isOffline = true
      return [note("not connected: \(error.description) What you type waits.")]
    case .delayed(let message, let error) where message.contact == contact:
      return [note("a message waits: \(error.description)")]
    case .identityChanged(let changed) where changed.name == contact:
      return [
        style.failure(
          "The server names another identity for \(contact); it was refused. See 'construct verify \(contact)'."
        )
      ]
    default: return []
    }
  }

  func note(_ text: String) -> String { style.dim("— \(text)") }
}

extension ConstructClient {
  /// What events would have told of a conversation: those of `pending` that are on their way no more, and what was not read.
  func news(with name: String, pending: [Message]) async throws(ClientError) -> [Message] {
    var news: [Message] = []
    for message in pending {
      let now = try await self.message(message.id)
      if now.state != .waiting { news.append(now) }
    }
    return news + (try await unread(limit: 10_000).filter { $0.contact == name })
  }

  /// What a conversation begins with: so many messages, or more if more have not been read.
  func recent(with name: String, atLeast count: Int) async throws -> [Message] {
    let unread = try await unread().count { $0.contact == name }
    return try await history(with: name, limit: max(count, unread))
  }
}
