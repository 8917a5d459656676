// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConstructClient

struct InboxCommand: ProfileCommand {
  static let configuration = CommandConfiguration(
    commandName: "inbox",
    abstract: "Print new messages.",
    discussion: """
      Connects, takes everything that waits at the server, prints what has not been
      printed before, and ends. Messages in the outbox are sent on the way.

      EXAMPLE
        construct inbox
        construct inbox --follow --json
        construct inbox --follow --count 1     # wait for the next message

      WITH --json, for each message
        {"acceptedAt":1767225600123,"contact":"bob","direction":"incoming",
         "id":8,"messageID":"…","sentAt":1767225600000,"state":"received",
         "text":"…","type":"message"}
        "state" is "unreadable" (with a "reason", without a "text") for what could
        not be read. With --follow, also when the connection is lost and when it is back
        {"connected":false,"type":"connection"}
      """)

  @Flag(name: .shortAndLong, help: "Stay connected and print messages as they come.")
  var follow = false

  @Option(name: [.customShort("n"), .long], help: ArgumentHelp("End after so many messages.", valueName: "number"))
  var count: Int?

  @Flag(help: "Print what is on this device, without connecting.")
  var offline = false

  @Option(help: ArgumentHelp("How long to wait for the server, without --follow.", valueName: "seconds"))
  var timeout: Double = 30

  @OptionGroup var options: ProfileOptions

  func validate() throws {
    guard timeout > 0, timeout <= 86_400 else {
      throw ValidationError("--timeout is more than 0 and at most 86400 seconds.")
    }
    if let count, count < 1 { throw ValidationError("--count is at least 1.") }
    guard !follow || !offline else { throw ValidationError("--follow needs a connection; leave --offline out.") }
  }

  func execute(_ output: Output) async throws {
    let client = try await options.open()
    let printer = InboxPrinter(client: client, output: output, limit: count)
    if offline {
      try await printer.printUnread()
      return try await printer.finish()
    }
    guard try await client.status().identity != nil else { throw ClientErrors.notRegistered }
    let follow = follow
    if follow {
      try await client.whileConnected { try await printer.follow(untilCaughtUp: false) }
    } else {
      let isDone = try await Waiting.atMost(seconds: timeout) {
        try await client.whileConnected { try await printer.follow(untilCaughtUp: true) }
        return true
      }
      if isDone == nil {
        try await printer.printUnread()
        try await printer.finish()
        let problem = await printer.problem
        throw CommandFailure(
          .unavailable, problem?.description ?? "The server did not answer in time.",
          "These are the messages that were on this device; the others wait at the server.")
      }
    }
    try await printer.finish()
  }
}

/// Prints unread messages as they come into the store, and marks them as read when they are printed.
actor InboxPrinter {
  private let client: ConstructClient
  private let output: Output
  private let text: MessageText
  private let limit: Int?
  private let events: AsyncStream<ClientEvent>
  private var printed = 0
  private(set) var problem: ClientError?
  private var isOffline = false

  init(client: ConstructClient, output: Output, limit: Int?) {
    self.client = client
    self.output = output
    self.limit = limit
    text = MessageText(style: output.style)
    events = client.events
  }

  private var isDone: Bool { limit.map { printed >= $0 } ?? false }

  /// Prints until everything that waited is there, or for ever, or until the limit.
  func follow(untilCaughtUp: Bool) async throws {
    if !untilCaughtUp { try await printUnread() }
    if isDone { return }
    for await event in events {
      switch event {
      case .received, .missed: try await printUnread()
      case .caughtUp:
        try await printUnread()
        if untilCaughtUp { return }
      case .connected:
        if isOffline { tell(true, "Connected again.") }
        isOffline = false
      case .disconnected(let error, _):
        problem = error
        guard !untilCaughtUp, !isOffline else { break }
        isOffline = true
        tell(false, "Not connected: \(error.description) New messages come when it is back.")
      case .identityChanged(let contact):
        output.warn(
          code: "identityChanged", message: "The server names another identity for \(contact.name) than before.",
          advice: "See 'construct verify \(contact.name)'.")
      default: break
      }
      if isDone { return }
    }
  }

  /// People read it beside the messages, scripts among them, as in a conversation.
  private func tell(_ isConnected: Bool, _ text: String) {
    if output.isJSON { output.result(ConnectionRecord(connected: isConnected, server: nil), "") }
    output.tell(text)
  }

  func printUnread() async throws {
    while !isDone {
      let messages = try await client.unread(limit: min(100, limit.map { $0 - printed } ?? 100))
      if messages.isEmpty { return }
      for message in messages { output.result(MessageRecord(message), text.dated(message)) }
      printed += messages.count
      try await client.markRead(messages.map(\.id))
    }
  }

  func finish() async throws {
    if printed == 0 { output.note("No new messages.") }
    let waiting = try await client.status().waiting
    if waiting > 0 { output.note("Outbox: \(StatusCommand.outbox(waiting)).") }
  }
}
