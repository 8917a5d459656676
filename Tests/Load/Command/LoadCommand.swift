// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConstructClient
import Foundation
import NIOCore
import NIOPosix

/// Makes a load on a running Construct, and checks and measures what comes of it.
@main
struct LoadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "construct-load", abstract: "Makes a load on a running Construct, and checks and measures it.",
    subcommands: [PairsCommand.self])
}

/// What every scenario is told.
struct LoadOptions: ParsableArguments {
  @Option(help: "A gateway, ws://host:port; more than once for several.")
  var server: [String] = []

  @Option(help: "A process to account for, name=pid; more than once for several. Child processes count with it.")
  var process: [String] = []

  @Option(help: "Where the accounts of earlier loads are kept.")
  var accounts = ".construct/load/accounts"

  @Option(help: "Event loops of the load tool itself.")
  var threads = 1

  @Flag(help: "One JSON object instead of a table.")
  var json = false

  func endpoints() throws -> [GatewayEndpoint] {
    guard !server.isEmpty else { throw ValidationError("Name a gateway: --server ws://host:port") }
    return try server.map {
      do { return try GatewayEndpoint($0) } catch { throw ValidationError("“\($0)” is no ws:// or wss:// address.") }
    }
  }

  func processes() throws -> [MeasuredProcess] {
    try process.map {
      guard let process = MeasuredProcess(argument: $0) else { throw ValidationError("“\($0)” is not name=pid.") }
      return process
    }
  }

  /// One line that replaces itself on a terminal, and a line each elsewhere.
  static func progress(_ text: String) {
    let isTerminal = isatty(STDERR_FILENO) == 1
    FileHandle.standardError.write(Data((isTerminal ? "\r\u{1B}[K" + text : text + "\n").utf8))
  }
}

struct PairsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pairs", abstract: "Sessions in pairs write to each other.")

  @OptionGroup var options: LoadOptions

  @Option(help: "How many sessions, an even number.")
  var sessions = 200

  @Option(help: "Closed loop: messages of each session that were not yet delivered.")
  var inFlight = 8

  @Option(help: "Open loop instead: messages a second, of all sessions together.")
  var rate: Double?

  @Option(help: "Bytes of a message.")
  var size = 256

  @Option(help: "How long to measure.")
  var seconds = 15

  @Option(help: "How long to run before measuring.")
  var warmUp = 3

  func validate() throws {
    guard sessions >= 2, sessions % 2 == 0, sessions <= 16_000 else {
      throw ValidationError("--sessions takes an even number from 2 to 16,000.")
    }
    guard (1...MessageShape.mostInFlight).contains(inFlight) else {
      throw ValidationError("--in-flight takes a number from 1 to \(MessageShape.mostInFlight).")
    }
    guard (LoadMessage.headerSize...98_304).contains(size) else {
      throw ValidationError("--size takes a number from \(LoadMessage.headerSize) to 98,304.")
    }
    guard seconds > 0, warmUp >= 0, options.threads > 0, rate ?? 1 > 0 else {
      throw ValidationError("Seconds, threads and rates are positive.")
    }
  }

  func run() async throws {
    let endpoints = try options.endpoints()
    let processes = try options.processes()
    let group = MultiThreadedEventLoopGroup(numberOfThreads: options.threads)
    var stock = try AccountStock(file: URL(fileURLWithPath: options.accounts))
    let count = sessions
    try await stock.fill(to: count, at: endpoints[0], on: group) {
      LoadOptions.progress("registering accounts: \($0) of \(count)")
    }
    let before = ProcessUsage(of: processes)
    let shape = MessageShape(run: UInt64.random(in: 1...UInt64.max), size: size)
    let fleet = try await Fleet.connect(
      Array(stock.accounts.prefix(count)), to: endpoints, shape: shape, on: group)
    let scenario = PairsScenario(
      fleet: fleet, processes: processes, before: before, pace: rate.map(LoadPace.rate) ?? .inFlight(inFlight),
      warmUpSeconds: warmUp, seconds: seconds, size: size)
    let report = try await scenario.run { LoadOptions.progress($0) }
    if isatty(STDERR_FILENO) == 1 { LoadOptions.progress("") }
    print(options.json ? try report.json() : report.table())
    try await group.shutdownGracefully()
    guard report.lost + report.duplicated + report.misordered == 0 else { throw ExitCode(1) }
  }
}
