// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The command-line client.
@main
struct Construct: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "construct",
    abstract: "Exchange end-to-end encrypted messages.",
    discussion: """
      Each profile is one device of one account. Profiles have names and live in
      $XDG_DATA_HOME/construct (~/.local/share/construct), or anywhere: --profile
      takes a path, too. CONSTRUCT_PROFILE sets the default. Options that all
      commands have may stand before the command's name.

      EXAMPLE
        construct register alice --server wss://chat.example.org
        construct send bob "Have you got a minute?"
        construct --profile work chat bob

      EXIT CODES
      \(ExitReason.table)
      """,
    version: Version.text,
    subcommands: [
      RegisterCommand.self, SendCommand.self, InboxCommand.self, ChatCommand.self, ContactsCommand.self,
      VerifyCommand.self, StatusCommand.self, ServerCommand.self,
    ])

  static func main() async {
    let arguments = commandFirst(Array(CommandLine.arguments.dropFirst()))
    do {
      var command = try parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    } catch {
      // Scripts get every error in one form, those of the command line too.
      if CommandLine.arguments.contains("--json"), exitCode(for: error) == .validationFailure {
        Output(json: true).fail(code: "\(ExitReason.usage)", message: message(for: error), advice: nil)
        exit(withError: ExitCode.validationFailure)
      }
      exit(withError: error)
    }
  }

  /// The options that all commands have, and whether they take a value.
  private static let commonOptions = [
    "--profile": true, "-p": true, "--passphrase-file": true, "--key-file": true, "--json": false, "--verbose": false,
  ]

  /// Puts the command's name in front of common options that stand before it, where the parser wants it.
  static func commandFirst(_ arguments: [String]) -> [String] {
    var index = 0
    while index < arguments.count {
      let argument = arguments[index]
      if let takesValue = commonOptions[argument] {
        index += takesValue ? 2 : 1
      } else if let equals = argument.firstIndex(of: "="), commonOptions[String(argument[..<equals])] == true {
        index += 1
      } else {
        break
      }
    }
    guard index > 0, index < arguments.count, !arguments[index].hasPrefix("-") else { return arguments }
    // The parser's complaint is about the first thing that it does not know, which is the command.
    guard configuration.subcommands.contains(where: { $0._commandName == arguments[index] }) else {
      return [arguments[index]]
    }
    return [arguments[index]] + arguments[..<index] + arguments[(index + 1)...]
  }
}

enum Version {
  static let text = "0.1.0"
}
