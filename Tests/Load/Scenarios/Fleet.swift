// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ConstructClient
import NIOCore
import NIOPosix
import Wire

/// The sessions of a load on their event loops, pair by pair.
struct Fleet: Sendable {
  /// Between two acknowledgements, and two looks at an open loop's schedule.
  static let tick = TimeAmount.milliseconds(5)

  private let loops: [LoadLoop]
  let sessions: Int

  /// Connects and authenticates one session for each account, in pairs, and spreads them over the gateways.
  static func connect(
    _ accounts: [LoadAccount], to endpoints: [GatewayEndpoint], shape: MessageShape, on group: any EventLoopGroup
  ) async throws -> Fleet {
    let loops = group.makeIterator().map { LoadLoop($0) }
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for pair in 0..<accounts.count / 2 {
        if pair >= 32 { try await tasks.next() }
        let loop = loops[pair % loops.count]
        tasks.addTask {
          var members: [(LoadAccount, LoadConnection, UInt32)] = []
          for member in 0..<2 {
            let number = 2 * pair + member
            let endpoint = endpoints[number % endpoints.count]
            let connection = try await LoadConnection.open(
              endpoint, on: loop.eventLoop, from: try SourceAddress.of(number, to: endpoint))
            try await accounts[number].authenticate(connection)
            members.append((accounts[number], connection, UInt32(number)))
          }
          let both = members
          try await loop.eventLoop.submit {
            let sessions = both.map { account, connection, number in
              LoadSession(number, account: account.id, handler: connection.handler.value, shape: shape)
            }
            sessions[0].join(sessions[1])
            loop.content.value.sessions += sessions
          }.get()
        }
      }
      try await tasks.waitForAll()
    }
    for loop in loops { try await loop.start() }
    return Fleet(loops: loops, sessions: accounts.count)
  }

  /// Ends every connection.
  func close() async throws {
    for loop in loops {
      try await loop.eventLoop.submit {
        for session in loop.content.value.sessions { session.close() }
        loop.content.value.sessions = []
      }.get()
    }
  }

  /// Lets every session do something, on its event loop.
  func forEach(_ body: @escaping @Sendable (LoadSession) -> Void) async throws {
    for loop in loops { try await loop.eventLoop.submit { loop.content.value.sessions.forEach(body) }.get() }
  }

  /// The tallies of all sessions, added up.
  func tally() async throws -> Tally {
    var total = Tally()
    for loop in loops {
      total.add(
        try await loop.eventLoop.submit {
          var sum = Tally()
          for session in loop.content.value.sessions { sum.add(session.tally) }
          return sum
        }.get())
    }
    return total
  }

  /// Accepted messages that have not come yet, and whether anything at all is under way.
  func outstanding() async throws -> (missing: UInt64, isQuiet: Bool) {
    var missing: UInt64 = 0
    var isQuiet = true
    for loop in loops {
      let part = try await loop.eventLoop.submit {
        let sessions = loop.content.value.sessions
        return (sessions.reduce(UInt64(0)) { $0 + $1.missing }, sessions.allSatisfy(\.isQuiet))
      }.get()
      missing += part.0
      isQuiet = isQuiet && part.1
    }
    return (missing, isQuiet)
  }
}

/// One event loop and the sessions on it.
private struct LoadLoop: Sendable {
  final class Content {
    var sessions: [LoadSession] = []
  }

  let eventLoop: any EventLoop
  let content: NIOLoopBoundBox<Content>

  init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
    content = .makeBoxSendingValue(Content(), eventLoop: eventLoop)
  }

  /// Ticks from now on.
  func start() async throws {
    try await eventLoop.submit { [eventLoop, content] in
      _ = eventLoop.scheduleRepeatedTask(initialDelay: Fleet.tick, delay: Fleet.tick) { _ in
        let now = NIODeadline.now()
        for session in content.value.sessions { session.tick(now: now) }
      }
    }.get()
  }
}
