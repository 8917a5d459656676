// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import GatewayService

@Suite("A connection under random input")
struct ConnectionExplorationTests {
  /// What must hold of the actions of one connection, whatever goes in.
  struct Ledger {
    var open: Set<UInt64> = []
    var attached = false
    var hasDetached = false
    var isClosed = false
    var isAborted = false
    var problems: [String] = []

    mutating func note(_ actions: [ConnectionAction], state: ConnectionState) {
      for action in actions {
        if isAborted { problems.append("\(action) after the end") }
        if isClosed, action.isSpoken { problems.append("\(action) after the close frame") }
        switch action {
        case .request(_, let request): open.insert(request.serial)
        case .append(let command, _):
          if let send = command.send {
            open.insert(send.request)
            if !attached { problems.append("a message without a session") }
          }
          if command.attach != nil {
            if attached || hasDetached { problems.append("attached twice") }
            attached = true
          }
          if command.detach != nil {
            if !attached { problems.append("detached without being attached") }
            (attached, hasDetached) = (false, true)
          }
          if command.acknowledge != nil, hasDetached { problems.append("acknowledged after detaching") }
        case .close: isClosed = true
        case .abort: isAborted = true
        case .send, .fail, .ping, .verify, .take: break
        }
      }
      open.formIntersection(state.outstanding.serials)
      if open.count != state.outstanding.count { problems.append("a request that was never made waits") }
      if state.outstanding.count > state.settings.outstandingRequests { problems.append("too many wait") }
      if state.held.list.count > HeldSends.capacity { problems.append("too many are held") }
      if attached != (state.phase.session != nil) { problems.append("attached and authenticated differ") }
      if !state.phase.isLive, !state.outstanding.isEmpty { problems.append("requests wait at a closed connection") }
    }
  }

  func step(_ connection: inout TestConnection, _ random: inout SeededGenerator) -> [ConnectionAction] {
    switch Int.random(in: 0..<20, using: &random) {
    case 0: return connection.receive(bytes: randomBytes(&random))
    case 1: return connection.receive(bytes: damagedFrame(&random))
    case 2...9:
      let kind = FrameKind.allCases.randomElement(using: &random) ?? .hello
      let number = UInt64.random(in: 0...70, using: &random)
      return connection.receive(bytes: SampleFrames.frame(kind, request: number).encoded())
    case 10:
      let address = Bool.random(using: &random) ? TestConnection.alice : TestConnection.bob
      return connection.verify(as: address, for: UInt64.random(in: 0...100_000, using: &random))
    case 11: return connection.drive { state, actions in state.refused(Failure(.tokenInvalid), into: &actions) }
    case 12, 13:
      let serial = connection.state.outstanding.serials.randomElement(using: &random)
      return connection.deliver(Done(), request: serial ?? UInt64.random(in: 0...9, using: &random))
    case 14: return connection.appendFailed(UInt64.random(in: 0...100, using: &random))
    case 15, 16: return connection.tick(after: UInt64.random(in: 0...12_000, using: &random))
    case 17:
      return connection.drive { [now = connection.now] state, actions in state.streamsLost(at: now, into: &actions) }
    case 18: return connection.receive(Hello(lowestVersion: 1, highestVersion: 1, client: "x"), request: 1)
    default: return end(&connection, &random)
    }
  }

  /// Rarer inputs, most of which end the connection.
  func end(_ connection: inout TestConnection, _ random: inout SeededGenerator) -> [ConnectionAction] {
    let choice = Int.random(in: 0..<30, using: &random)
    return connection.drive { [now = connection.now] state, actions in
      switch choice {
      case 0: state.violated(.text, at: now, into: &actions)
      case 1: state.peerClosed(at: now, into: &actions)
      case 2: state.abandon(into: &actions)
      case 3: state.disconnected(into: &actions)
      case 4: state.leave(at: now, into: &actions)
      case 5: state.drain(reconnectAfterMilliseconds: 9, at: now, into: &actions)
      case 6:
        let frame = OutboundFrame(
          connection: 7, request: 0, kind: FrameKind.failure.rawValue, body: Failure(.replaced).encoded()[...])
        state.deliver(frame, at: now, into: &actions)
      default: state.heard(at: now)
      }
    }
  }

  func randomBytes(_ random: inout SeededGenerator) -> [UInt8] {
    (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  /// A frame with some bytes changed, or cut short.
  func damagedFrame(_ random: inout SeededGenerator) -> [UInt8] {
    let kind = FrameKind.allCases.randomElement(using: &random) ?? .hello
    var bytes = SampleFrames.frame(kind, request: 9).encoded()
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
    }
    return Bool.random(using: &random) ? bytes : Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
  }

  @Test("never traps and keeps its promises", arguments: 0..<40)
  func randomly(block: Int) {
    for seed in block * 25..<(block + 1) * 25 {
      var random = SeededGenerator(seed: UInt64(seed))
      var connection = TestConnection(outstandingRequests: Int.random(in: 1...64, using: &random))
      var ledger = Ledger()
      for _ in 0..<150 {
        let actions = step(&connection, &random)
        ledger.note(actions, state: connection.state)
      }
      ledger.note(connection.drive { state, actions in state.disconnected(into: &actions) }, state: connection.state)
      #expect(ledger.problems.isEmpty, "seed \(seed)")
      #expect(!ledger.attached, "seed \(seed): delivery still believes in the connection")
    }
  }

  @Test("every request that is taken gets exactly one answer while the connection lives", arguments: 0..<20)
  func answers(block: Int) {
    for seed in block * 10..<(block + 1) * 10 {
      var random = SeededGenerator(seed: UInt64(seed))
      var connection = TestConnection.ready()
      var asked: [UInt64: Int] = [:]
      var number: UInt64 = 100
      for _ in 0..<300 {
        let actions: [ConnectionAction]
        switch Int.random(in: 0..<6, using: &random) {
        case 0, 1:
          number += 1
          asked[number] = 0
          actions = connection.receive(Send.test(number), request: number)
        case 2:
          number += 1
          asked[number] = 0
          actions = connection.receive(FindAccount(username: "bob"), request: number)
        case 3:
          let serial = connection.state.outstanding.serials.randomElement(using: &random) ?? 1
          actions = connection.deliver(Done(), request: serial)
        case 4: actions = connection.appendFailed(UInt64.random(in: 0...number, using: &random))
        default:
          connection.drive { [now = connection.now] state, _ in state.heard(at: now) }
          actions = connection.tick(after: UInt64.random(in: 0...3_000, using: &random))
        }
        for action in actions {
          if let request = action.failure?.request ?? action.frame?.request { asked[request, default: 0] += 1 }
        }
      }
      connection.drive { [now = connection.now] state, _ in state.heard(at: now) }
      for action in connection.tick(after: 10_000) {
        if let request = action.failure?.request { asked[request, default: 0] += 1 }
      }
      #expect(asked.values.allSatisfy { $0 == 1 }, "seed \(seed)")
    }
  }
}
