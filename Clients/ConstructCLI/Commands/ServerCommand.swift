// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConstructClient

struct ServerCommand: ProfileCommand {
  static let configuration = CommandConfiguration(
    commandName: "server",
    abstract: "Show or change the gateways that the profile connects to.",
    discussion: """
      With addresses, those take the place of the ones before, if each answers as a
      gateway of the server at which the account was registered. --unchecked believes
      them without asking.

      EXAMPLE
        construct server
        construct server wss://a.example.org wss://b.example.org

      WITH --json
        {"servers":["wss://…"],"type":"servers"}
      """)

  @Argument(help: "A gateway's address; may be given several times.")
  var address: [String] = []

  @Option(help: ArgumentHelp("A PEM file with the only authorities to believe.", valueName: "file"))
  var caFile: String?

  @Flag(help: "Do not ask the new gateways who they are.")
  var unchecked = false

  @OptionGroup var options: ProfileOptions

  func validate() throws {
    guard !address.isEmpty || (caFile == nil && !unchecked) else {
      throw ValidationError("Name the gateways that --ca-file and --unchecked are for.")
    }
  }

  func execute(_ output: Output) async throws {
    let servers = try address.map { try GatewayEndpoint($0) }
    let client = try await options.open()
    guard try await client.status().identity != nil else { throw ClientErrors.notRegistered }
    if !servers.isEmpty {
      let authorities = caFile.map(ProfileLocation.absolute)
      output.warnOfPlain(servers)
      if unchecked {
        try await client.setServers(servers, authorityFile: authorities)
      } else {
        try await client.moveServers(servers, authorityFile: authorities)
      }
    }
    let current = try await client.status().servers.map(\.description)
    output.result(ServersRecord(servers: current), current.joined(separator: "\n"))
  }
}

extension Output {
  /// Warns of gateways elsewhere that are spoken to without TLS.
  func warnOfPlain(_ servers: [GatewayEndpoint]) {
    for address in servers where !address.isSecure && !address.isLoopback {
      warn(
        code: "notEncrypted", message: "\(address) is not encrypted: who listens sees whom you write to.",
        advice: "Prefer a wss:// address.")
    }
  }
}
