// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ConstructClient
import Foundation

/// A conversation without a terminal: a line of input is a message, a line of output is what happened.
actor ChatPipe {
  /// How long to wait for what was sent when the input is at its end.
  static let patience: Double = 30

  private let client: ConstructClient
  private let contact: String
  private let output: Output
  private let text: MessageText
  private var transcript: ChatTranscript
  private var isInputOver = false

  init(client: ConstructClient, contact: String, output: Output) {
    self.client = client
    self.contact = contact
    self.output = output
    text = MessageText(style: output.style)
    transcript = ChatTranscript(contact: contact, text: text)
  }

  func run(history: Int) async throws {
    let events = client.events
    let messages = try await client.recent(with: contact, atLeast: history)
    for message in messages { print(message) }
    try await client.markRead(messages.filter(\.isUnread).map(\.id))
    let lines = InputLines.standardInput()
    try await client.whileConnected {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for await event in events where try await self.happened(event) { return }
        }
        group.addTask {
          for try await line in lines where try await self.typed(line) { return }
          if await self.inputEnded() { return }
          try await Task.sleep(for: .seconds(Self.patience))
        }
        defer { group.cancelAll() }
        try await group.next()
      }
    }
    if !transcript.pending.isEmpty {
      throw CommandFailure(
        .temporary, "The server did not answer in time.", "What waits is sent by the next command that connects, once.")
    }
  }

  private func print(_ message: Message) {
    let lines = transcript.add(message)
    if output.isJSON || !lines.isEmpty { output.result(MessageRecord(message), lines.joined(separator: "\n")) }
  }

  /// True when everything is done.
  private func happened(_ event: ClientEvent) async throws -> Bool {
    switch event {
    case .received(let message):
      guard message.contact == contact else { break }
      print(message)
      if message.isUnread { try await client.markRead([message.id]) }
    case .accepted(let message), .failed(let message):
      if message.contact == contact { print(message) }
    case .connected(let endpoint):
      _ = transcript.add(event)
      if output.isJSON {
        output.result(ConnectionRecord(connected: true, server: endpoint.description), "")
      }
    case .disconnected:
      let lines = transcript.add(event)
      if output.isJSON { output.result(ConnectionRecord(connected: false, server: nil), "") }
      for line in lines { output.note(line) }
    case .missed: try await lookAgain()
    default: for line in transcript.add(event) { output.note(line) }
    }
    return isInputOver && transcript.pending.isEmpty
  }

  /// True when the person leaves.
  private func typed(_ line: String) async throws -> Bool {
    switch output.isJSON ? .text(line) : ChatInput(line) {
    case .nothing: break
    case .quit: return true
    case .help: output.note(ChatInput.explanation)
    case .unknown(let command): output.note("\(command) is no command. \(ChatInput.explanation)")
    case .verify(let confirms):
      if confirms { try await client.markVerified(contact) }
      let number = try await client.safetyNumber(with: contact)
      output.note(
        SafetyNumberText.text(number, with: contact, style: output.style, withQR: false, confirmation: "/verify yes"))
    case .text(let text):
      guard text.contains(where: { !$0.isWhitespace }) else { break }
      try await send(text)
    }
    return false
  }

  /// Sends when there is room in the outbox; the next line is not read before.
  private func send(_ text: String) async throws(ClientError) {
    while true {
      do throws(ClientError) { return print(try await client.send(text, to: contact)) } catch {
        guard error.code == .tooBusy else { throw error }
        try await client.waitForRoom()
      }
    }
  }

  /// Events were lost: what they told is in the store.
  private func lookAgain() async throws(ClientError) {
    let news = try await client.news(with: contact, pending: transcript.pending)
    for message in news { print(message) }
    try await client.markRead(news.filter(\.isUnread).map(\.id))
  }

  /// Whether there is nothing left to wait for.
  private func inputEnded() -> Bool {
    isInputOver = true
    return transcript.pending.isEmpty
  }
}
