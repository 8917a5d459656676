// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConstructClient
import Foundation
import Synchronization

struct SendCommand: ProfileCommand {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Send a message, and wait until the server holds it.",
    discussion: """
      Without TEXT, or with - for it, the text comes from standard input. If the
      server does not answer in time, the message is kept in the outbox (exit code
      75), and the next command that connects sends it, once.

      With --lines, the next line is read when there is room for it, so the input may
      be of any length; blank lines are left out.

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

  @Option(help: ArgumentHelp("How long to wait for the server's next answer.", valueName: "seconds"))
  var timeout: Double = 30

  @OptionGroup var options: ProfileOptions

  func validate() throws {
    guard timeout > 0, timeout <= 86_400 else {
      throw ValidationError("--timeout is more than 0 and at most 86400 seconds.")
    }
    guard !lines || text.isEmpty else { throw ValidationError("--lines reads standard input; leave the text out.") }
  }

  func execute(_ output: Output) async throws {
    let text = lines ? nil : try messageText()
    let client = try await options.open()
    let outcome = SendReport(output)
    let tracker = SendTracker(client: client, recipient: recipient) { outcome.add($0) }
    // One text is kept before there is a connection; of many, as many as the outbox takes.
    if let text { try await tracker.add(text) }
    let input = lines ? InputLines.standardInput() : nil
    var failure: (any Error)?
    do {
      try await Waiting.whileProgressing(
        within: timeout, lastProgress: { await tracker.lastProgress },
        { try await client.whileConnected { try await Self.send(input, with: tracker) } })
    } catch {
      failure = error
    }
    try await tracker.reportRest()
    let inputFailure = await tracker.inputFailure
    try await finish(outcome.status, failure ?? inputFailure, tracker, output)
  }

  /// Reads and sends until all of it has left the outbox.
  private static func send(_ input: InputLines?, with tracker: SendTracker) async throws {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await tracker.watch()
        return true
      }
      group.addTask {
        if let input { await tracker.addAll(of: input) }
        return try await tracker.inputEnded()
      }
      defer { group.cancelAll() }
      while let isDone = try await group.next() { if isDone { return } }
    }
  }

  private func messageText() throws -> String {
    if !text.isEmpty, text != ["-"] { return text.joined(separator: " ") }
    let data = FileHandle.standardInput.readDataToEndOfFile()
    guard var input = String(data: data, encoding: .utf8) else {
      throw CommandFailure(.dataRefused, "Standard input is not UTF-8.")
    }
    while input.last?.isNewline == true { input.removeLast() }
    return input
  }

  /// Says what waits, and ends as what went wrong demands.
  private func finish(
    _ status: ExitReason, _ failure: (any Error)?, _ tracker: SendTracker, _ output: Output
  ) async throws {
    if status == .temporary {
      let problem = if let failure = failure as? ClientError { failure } else { await tracker.problem }
      output.warn(
        code: problem?.code.name ?? "timeout", message: problem?.description ?? "The server did not answer in time.",
        advice: "What waits is kept, and is sent by the next command that connects, once."
          + (lines ? " Of standard input, \(await tracker.taken) lines were taken, blank ones not counted." : ""))
    }
    if let failure { throw failure }
    if status != .success { throw ExitCode(status.rawValue) }
  }
}

/// Prints messages, and remembers how the command has to end.
private final class SendReport: Sendable {
  private let output: Output
  private let worst = Mutex(ExitReason.success)

  init(_ output: Output) {
    self.output = output
  }

  var status: ExitReason { worst.withLock { $0 } }

  func add(_ message: Message) {
    switch message.state {
    case .accepted: output.result(MessageRecord(message), "\(output.style.own("✓")) accepted")
    case .failed(let why):
      worst.withLock { $0 = ExitReason(why) }
      output.result(MessageRecord(message), "\(output.style.failure("✗")) not sent. \(Advice.text(for: why))")
    case .waiting, .received, .unreadable:
      worst.withLock { if $0 == .success { $0 = .temporary } }
      output.result(MessageRecord(message), "\(output.style.warning("…")) kept in the outbox")
    }
  }
}
