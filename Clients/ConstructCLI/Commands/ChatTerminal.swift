// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ConstructClient
import Foundation

/// A conversation on a terminal.
actor ChatTerminal {
  private let client: ConstructClient
  private let contact: String
  private let terminal: Terminal
  private let style: Style
  private var transcript: ChatTranscript
  private var screen: ChatScreen
  private var editor = LineEditor()
  private var signals: [any DispatchSourceSignal] = []

  init(client: ConstructClient, contact: String, terminal: Terminal, style: Style) {
    self.client = client
    self.contact = contact
    self.terminal = terminal
    self.style = style
    transcript = ChatTranscript(contact: contact, text: MessageText(style: style))
    screen = ChatScreen(style: style)
  }

  /// Runs until the person leaves, or the client cannot go on.
  func run(history: Int) async throws {
    let events = client.events
    let mode = try terminal.beginKeys()
    terminal.write(Terminal.bracketedPaste(true))
    defer {
      terminal.write(screen.erase() + Terminal.bracketedPaste(false))
      terminal.restore(mode)
    }
    try await begin(history)
    let keys = KeyStream(terminal)
    endAtSignals(keys.continuation)
    try await client.whileConnected {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { for await event in events { try await self.happened(event) } }
        group.addTask { try await keys.read { bytes in try await self.typed(bytes) } }
        defer { group.cancelAll() }
        try await group.next()
      }
    }
  }

  /// A process that is asked to end restores the terminal first.
  private func endAtSignals(_ keys: AsyncStream<[UInt8]>.Continuation) {
    for number in [SIGTERM, SIGHUP] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { keys.yield([]) }
      source.resume()
      signals.append(source)
    }
  }

  private func begin(_ history: Int) async throws {
    let messages = try await client.recent(with: contact, atLeast: history)
    var lines = [transcript.note("with \(contact); /help lists the commands")]
    for message in messages { lines += transcript.add(message) }
    draw(lines)
    try await client.markRead(messages.filter(\.isUnread).map(\.id))
  }

  private func draw(_ lines: [String] = []) {
    terminal.write(
      screen.draw(
        above: lines, pending: transcript.pending.map { $0.text ?? "" }, editor: editor,
        columns: terminal.size.columns))
  }

  private func happened(_ event: ClientEvent) async throws {
    if case .missed = event { return try await lookAgain() }
    let lines = transcript.add(event)
    draw(lines)
    if case .received(let message) = event, message.contact == contact, message.isUnread {
      try await client.markRead([message.id])
    }
  }

  /// Events were lost: what they told is in the store.
  private func lookAgain() async throws {
    for message in try await client.news(with: contact, pending: transcript.pending) {
      draw(transcript.add(message))
      if message.isUnread { try await client.markRead([message.id]) }
    }
  }

  /// True when the person leaves.
  private func typed(_ bytes: [UInt8]) async throws -> Bool {
    if bytes.isEmpty { return true }
    for action in editor.feed(bytes) {
      switch action {
      case .submit(let line): if try await submitted(line) { return true }
      case .end, .interrupt: return true
      case .clearScreen: terminal.write(screen.clear())
      }
    }
    draw()
    return false
  }

  private func submitted(_ line: String) async throws -> Bool {
    switch ChatInput(line) {
    case .nothing: break
    case .quit: return true
    case .help: draw([transcript.note(ChatInput.explanation)])
    case .unknown(let command): draw([transcript.note("\(command) is no command. \(ChatInput.explanation)")])
    case .verify(let confirms): draw(try await verify(confirms))
    case .text(let text):
      do throws(ClientError) { draw(transcript.add(try await client.send(text, to: contact))) } catch {
        guard error.code == .textTooLong || error.code == .tooBusy else { throw error }
        draw([style.failure(error.description)])
      }
    }
    return false
  }

  private func verify(_ confirms: Bool) async throws -> [String] {
    do throws(ClientError) {
      if confirms { try await client.markVerified(contact) }
      let number = try await client.safetyNumber(with: contact)
      return SafetyNumberText.text(number, with: contact, style: style, withQR: true, confirmation: "/verify yes")
        .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    } catch {
      guard error.code == .contactUnknown else { throw error }
      return [transcript.note("\(contact) is known when the first message has gone out")]
    }
  }
}

/// Keys as they are typed, from a thread that waits for them; an empty element at the end of input.
///
/// The thread is at most 64 pieces ahead of who reads; more that is typed or pasted waits in the terminal.
struct KeyStream: Sendable {
  private static let ahead = 64

  /// Where a signal adds its own empty element.
  let continuation: AsyncStream<[UInt8]>.Continuation
  private let stream: AsyncStream<[UInt8]>
  // Begins at 0, because libdispatch traps when a semaphore goes away below the value that it began with.
  private let room = DispatchSemaphore(value: 0)

  init(_ terminal: Terminal) {
    (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(2 * Self.ahead))
    for _ in 0..<Self.ahead { room.signal() }
    // It waits in read(2), which nothing but a key ends, and goes with the process.
    Thread.detachNewThread { [room, continuation] in
      while true {
        room.wait()
        let bytes = terminal.read()
        continuation.yield(bytes)
        if bytes.isEmpty { return continuation.finish() }
      }
    }
  }

  /// Hands each piece to `body` until it returns true.
  func read(_ body: ([UInt8]) async throws -> Bool) async throws {
    for await bytes in stream {
      defer { room.signal() }
      if try await body(bytes) { return }
    }
  }
}
