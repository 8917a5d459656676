// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConstructClient
import CryptoCore
import Wire

struct StatusCommand: ProfileCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Say who you are, what waits, and whether the server can be reached.",
    discussion: """
      Messages that wait at the server are fetched on the way, and what waits in the
      outbox is sent, as far as the time allows.

      EXAMPLE
        construct status
        construct --profile work status --offline --json

      WITH --json
        {"account":"…","contacts":2,"device":1,"domain":"…","profile":"…",
         "reachable":true,"servers":["wss://…"],"suite":2,"type":"status",
         "unread":0,"username":"alice","waiting":0}
      """)

  @Flag(help: "Do not try to connect.")
  var offline = false

  @Option(help: ArgumentHelp("How long to try to connect.", valueName: "seconds"))
  var timeout: Double = 5

  @OptionGroup var options: ProfileOptions

  func validate() throws {
    guard timeout > 0, timeout <= 3_600 else {
      throw ValidationError("--timeout is more than 0 and at most 3600 seconds.")
    }
  }

  func execute(_ output: Output) async throws {
    let client = try await options.open()
    var visit = Visit()
    if !offline, try await client.status().identity != nil { visit = try await tryConnecting(client) }
    let status = try await client.status()
    let record = StatusRecord(
      profile: options.directory.path, username: status.identity?.username,
      account: status.identity?.account.raw.uuidString, device: status.identity?.device.number,
      domain: status.identity?.domain, suite: status.identity?.suite.rawValue,
      servers: status.servers.map(\.description), reachable: visit.reachable,
      waiting: status.waiting, unread: status.unread, contacts: status.contacts)
    output.result(record, text(record, visit, output.style))
    if visit.reachable == false { throw ExitCode(ExitReason.unavailable.rawValue) }
  }

  /// What an attempt to connect has come to; none was made without `reachable`.
  private struct Visit {
    var reachable: Bool?
    var problem: ClientError?
    /// Whether nothing waits at the server any more.
    var isCaughtUp = false
  }

  private func tryConnecting(_ client: ConstructClient) async throws -> Visit {
    let attempts = ConnectionAttempts(events: client.events)
    do {
      let isConnected = try await Waiting.atMost(seconds: timeout) {
        try await client.whileConnected {
          await attempts.waitForConnection()
          await attempts.waitUntilCaughtUp()
          return true
        }
      }
      let hasConnected = await attempts.hasConnected
      return Visit(
        reachable: isConnected ?? hasConnected, problem: await attempts.problem, isCaughtUp: await attempts.isCaughtUp)
    } catch let error as ClientError {
      return Visit(reachable: false, problem: error)
    }
  }

  private func text(_ record: StatusRecord, _ visit: Visit, _ style: Style) -> String {
    var lines: [String] = []
    if let username = record.username, let domain = record.domain, let device = record.device {
      lines.append("You are \(style.bold(username)) at \(domain), device \(device).")
    } else {
      lines.append("No account yet. 'construct register NAME --server ADDRESS' makes one.")
    }
    lines.append("Profile   \(record.profile)")
    if let suite = record.suite { lines.append("Keys      \(SuiteText.phrase(SuiteID(rawValue: suite)))") }
    for server in record.servers { lines.append("Server    \(server)") }
    switch record.reachable {
    case true?: lines.append("Connected \(style.own("yes"))")
    case false?: lines.append("Connected \(style.failure("no")). \(visit.problem?.description ?? "")")
    case nil: break
    }
    lines.append(
      "Unread    \(record.unread)\(visit.isCaughtUp || record.username == nil ? "" : " on this device; more may wait at the server")"
    )
    let delay = record.reachable == true && record.waiting > 0 ? visit.problem.map { ": \($0.description)" } : nil
    lines.append("Outbox    \(Self.outbox(record.waiting))\(delay ?? "")")
    lines.append("Contacts  \(record.contacts)")
    return lines.joined(separator: "\n")
  }

  /// How much waits to be sent.
  static func outbox(_ waiting: Int) -> String {
    switch waiting {
    case 0: "empty"
    case 1: "1 message waits to be sent"
    default: "\(waiting) messages wait to be sent"
    }
  }
}

/// Watches a client connect.
actor ConnectionAttempts {
  private let events: AsyncStream<ClientEvent>
  private(set) var problem: ClientError?
  private(set) var hasConnected = false
  private(set) var isCaughtUp = false

  init(events: AsyncStream<ClientEvent>) {
    self.events = events
  }

  func waitForConnection() async {
    for await event in events {
      switch event {
      case .connected:
        problem = nil
        hasConnected = true
        return
      case .disconnected(let error, _): problem = error
      default: break
      }
    }
  }

  /// Returns when everything that waited at the server is here, and what waited here was sent, given up or delayed;
  /// `problem` is the last reason of a delay.
  func waitUntilCaughtUp() async {
    for await event in events {
      switch event {
      case .caughtUp:
        isCaughtUp = true
        return
      case .delayed(_, let error), .disconnected(let error, _): problem = error
      default: break
      }
    }
  }
}
