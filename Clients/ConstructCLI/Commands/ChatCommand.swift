// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConstructClient
import Foundation

struct ChatCommand: ProfileCommand {
  static let configuration = CommandConfiguration(
    commandName: "chat",
    abstract: "Talk with somebody.",
    discussion: """
      What you type is sent with Enter; ✓ says that the server holds it. What was
      typed without a connection waits, and is sent, once, when there is one.

      /help lists the commands, /verify shows the safety number, /verify yes
      confirms it, /quit ends (as Ctrl-D does). A text that begins with a slash is
      written with two. What is pasted is one message, however many lines it has.

      EXAMPLE
        construct chat bob

      WITH --json, standard input has one text a line, and standard output has
        {"type":"message",…}  as 'construct inbox' and 'construct send' have it
        {"connected":true,"server":"wss://…","type":"connection"}
      """)

  @Argument(help: "The contact, or an exact username.")
  var name: String

  @Option(help: ArgumentHelp("Messages to show from before.", valueName: "number"))
  var history: Int = 20

  @OptionGroup var options: ProfileOptions

  func validate() throws {
    guard (0...10_000).contains(history) else { throw ValidationError("--history is between 0 and 10000.") }
  }

  func execute(_ output: Output) async throws {
    let client = try await options.open()
    guard try await client.status().identity != nil else { throw ClientErrors.notRegistered }
    let contact = try await client.recipientName(name)
    let environment = ProcessInfo.processInfo.environment
    if !output.isJSON, let terminal = Terminal.interactive(environment: environment) {
      try await ChatTerminal(client: client, contact: contact, terminal: terminal, style: output.style)
        .run(history: history)
    } else {
      try await ChatPipe(client: client, contact: contact, output: output).run(history: history)
    }
  }

}

/// What a line typed in a conversation means.
enum ChatInput: Equatable {
  case text(String)
  case help
  case quit
  case verify(confirms: Bool)
  case unknown(String)
  case nothing

  static let explanation = """
    /help lists the commands, /verify shows the safety number, /verify yes confirms it, /quit ends (as Ctrl-D does). \
    A text that begins with a slash is written with two.
    """

  init(_ line: String) {
    let words = line.split(whereSeparator: \.isWhitespace)
    guard let first = words.first else {
      self = .nothing
      return
    }
    // Several lines were pasted: none of them is a command.
    guard first.hasPrefix("/"), !line.contains(where: \.isNewline) else {
      var text = line
      while text.last?.isNewline == true { text.removeLast() }
      self = .text(text)
      return
    }
    if first.hasPrefix("//") {
      self = .text(String(line.drop(while: \.isWhitespace).dropFirst()))
      return
    }
    switch (first, words.dropFirst().first) {
    case ("/help", _), ("/?", _): self = .help
    case ("/quit", _), ("/q", _), ("/exit", _): self = .quit
    case ("/verify", "yes"): self = .verify(confirms: true)
    case ("/verify", _): self = .verify(confirms: false)
    default: self = .unknown(String(first))
    }
  }
}

enum ClientErrors {
  static var notRegistered: CommandFailure {
    CommandFailure(
      .noProfile, "The profile has no account yet.", "Finish it with 'construct register NAME --server ADDRESS'.")
  }
}
