// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConstructClient
import CryptoCore
import Wire

struct RegisterCommand: ProfileCommand {
  static let configuration = CommandConfiguration(
    commandName: "register",
    abstract: "Make a profile and register an account for it.",
    discussion: """
      The account's keys are made here and never leave this machine. They are
      stored encrypted, under a passphrase that is asked for, or under a key file.
      If the connection breaks, the same command again finishes the registration.

      EXAMPLE
        construct register alice --server wss://chat.example.org
        construct --profile work register alice.work --key-file ~/work.key \\
          --server wss://a.example.org --server wss://b.example.org

      WITH --json
        {"account":"…","device":1,"domain":"…","profile":"…","suite":2,
         "type":"registered","username":"alice"}
      """)

  @Argument(help: "The username: 3 to 32 of a-z, 0-9 and single . _ - between them.")
  var name: String

  @Option(help: ArgumentHelp("A gateway's address; may be given several times.", valueName: "address"))
  var server: [String] = []

  @Option(help: ArgumentHelp("A PEM file with the only authorities to believe.", valueName: "file"))
  var caFile: String?

  @Option(
    help: ArgumentHelp(
      "The suite of the account's keys: \(SuiteText.choices).", valueName: "number"))
  var suite: UInt8 = ClientSuites.recommended.rawValue

  @OptionGroup var options: ProfileOptions

  func validate() throws {
    guard ClientSuites.offered.contains(where: { $0.rawValue == suite }) else {
      throw ValidationError("--suite is a number: \(SuiteText.choices).")
    }
  }

  func execute(_ output: Output) async throws {
    let username = try ConstructClient.normalUsername(name)
    let servers = try server.map { try GatewayEndpoint($0) }
    let directory = options.directory
    let client: ConstructClient
    if directory.exists {
      client = try await options.open()
      guard try await client.status().identity == nil else { throw CommandFailure.hasAccount(directory.path) }
    } else {
      guard !servers.isEmpty else {
        throw CommandFailure(.usage, "A server is needed.", "Name it with --server ADDRESS.")
      }
      client = try await ConstructClient.create(directory, key: options.newKey(), options: options.clientOptions)
    }
    if !servers.isEmpty { try await client.setServers(servers, authorityFile: caFile.map(ProfileLocation.absolute)) }
    output.warnOfPlain(servers)
    output.note(output.style.dim("Proving some work to the server…"))
    let identity = try await client.register(username: username, suite: SuiteID(rawValue: suite))
    let record = RegistrationRecord(
      username: identity.username, account: identity.account.raw.uuidString, device: identity.device.number,
      domain: identity.domain, suite: identity.suite.rawValue, profile: directory.path)
    output.result(record, "You are \(output.style.bold(identity.username)) at \(identity.domain).")
    output.note("Your keys are \(SuiteText.phrase(identity.suite)).")
    output.note("The profile is in \(directory.path).")
  }
}

extension CommandFailure {
  static func hasAccount(_ path: String) -> CommandFailure {
    CommandFailure(
      .cannotCreate, "The profile in \(path) has an account already.",
      "Use another: --profile NAME. 'construct server' says where this one's server is now.")
  }
}
