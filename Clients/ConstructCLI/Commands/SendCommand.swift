// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConstructClient
import Foundation

struct SendCommand: ProfileCommand {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Send a message, and wait until the server holds it.",
    discussion: """
      Without TEXT, or with - for it, the text comes from standard input. If there
      is no connection in time, the message stays in the outbox (exit code 75), and
      the next command that connects sends it, once.

      EXAMPLE
        construct send bob "See you at eight"
        git log -1 | construct send bob
        construct send bob --lines --json < messages.txt

      WITH --json, for each message
        {"acceptedAt":1767225600123,"contact":"bob","direction":"outgoing",
         "id":7,"messageID":"…","sentAt":1767225600000,"state":"accepted",
         "text":"…","type":"message"}
        "state" is also "waiting" (in the outbox) or "failed" (with a "reason").
        Times are milliseconds since 1970 in UTC.
      """)

  @Argument(help: "The recipient: a contact, or an exact username.")
  var recipient: String

  @Argument(help: "The text; several words are joined by spaces.")
  var text: [String] = []

  @Flag(help: "Send each line of standard input as a message of its own.")
  var lines = false

  @Option(help: ArgumentHelp("How long to wait for the server.", valueName: "seconds"))
  var timeout: Double = 30

  @OptionGroup var options: ProfileOptions

  func validate() throws {
    guard timeout > 0, timeout <= 86_400 else { throw ValidationError("--timeout is between 0 and 86400 seconds.") }
    guard !lines || text.isEmpty else { throw ValidationError("--lines reads standard input; leave the text out.") }
  }

  func execute(_ output: Output) async throws {
    let texts = try messageTexts()
    let client = try await options.open()
    let tracker = SendTracker(client: client)
    for text in texts { await tracker.add(try await client.send(text, to: recipient)) }
    let problem: ClientError?
    do {
      _ = try await Waiting.atMost(seconds: timeout) {
        try await client.whileConnected { try await tracker.wait() }
      }
      problem = await tracker.problem
    } catch let error as ClientError {
      problem = error
    }
    try await report(try await tracker.messages(), problem, output)
  }

  private func messageTexts() throws -> [String] {
    if !text.isEmpty, text != ["-"] { return [text.joined(separator: " ")] }
    let data = FileHandle.standardInput.readDataToEndOfFile()
    guard var input = String(data: data, encoding: .utf8) else {
      throw CommandFailure(.dataRefused, "Standard input is not UTF-8.")
    }
    if lines { return input.split(whereSeparator: \.isNewline).map(String.init) }
    while input.last?.isNewline == true { input.removeLast() }
    return [input]
  }

  private func report(_ messages: [Message], _ problem: ClientError?, _ output: Output) async throws {
    var status = ExitReason.success
    for message in messages {
      switch message.state {
      case .accepted: output.result(MessageRecord(message), "\(output.style.own("✓")) accepted")
      case .failed(let why):
        status = ExitReason(why)
        output.result(MessageRecord(message), "\(output.style.failure("✗")) not sent. \(Advice.text(for: why))")
      case .waiting, .received, .unreadable:
        if status == .success { status = .temporary }
        output.result(MessageRecord(message), "\(output.style.warning("…")) in the outbox")
      }
    }
    if status == .temporary {
      output.warn(
        code: problem?.code.name ?? "timeout",
        message: problem.map(\.description) ?? "The server did not answer in time.",
        advice: "What waits is sent by the next command that connects, once.")
    }
    if status != .success { throw ExitCode(status.rawValue) }
  }
}

/// Waits until a number of messages has been accepted or given up.
actor SendTracker {
  private let client: ConstructClient
  private let events: AsyncStream<ClientEvent>
  private var ids: [Message.ID] = []
  /// The last reason why something waited.
  private(set) var problem: ClientError?

  init(client: ConstructClient) {
    self.client = client
    events = client.events
  }

  func add(_ message: Message) {
    ids.append(message.id)
  }

  func messages() async throws -> [Message] {
    var messages: [Message] = []
    for id in ids { messages.append(try await client.message(id)) }
    return messages
  }

  func wait() async throws {
    var open = Set(ids)
    if open.isEmpty { return }
    for await event in events {
      switch event {
      case .accepted(let message), .failed(let message): open.remove(message.id)
      case .delayed(_, let error), .disconnected(let error, _): problem = error
      case .missed: open = Set(try await messages().filter { $0.state == .waiting }.map(\.id))
      default: break
      }
      if open.isEmpty { return }
    }
  }
}
