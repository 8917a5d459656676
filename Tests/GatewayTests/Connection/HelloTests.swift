// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack
import Testing
import Wire

@testable import GatewayService

@Suite("Hello and what is no frame")
struct HelloTests {
  @Test("hello is answered by the version and the bounds")
  func welcome() throws {
    var connection = TestConnection()
    let welcome: Welcome = try connection.receive(
      Hello(lowestVersion: 1, highestVersion: 9, client: "test"), request: 3
    ).only()
    #expect(welcome.version == WireLimits.versions.upperBound)
    #expect(welcome.domain == "test.example")
    #expect(welcome.serverTime == connection.now.wall)
    #expect(welcome.maximumFrameBytes == 262_144)
    #expect(welcome.maximumOutstanding == 64)
    #expect(welcome.pingIntervalMilliseconds == 20_000)
    #expect(connection.state.phase == .open)
  }

  @Test(
    "versions without anything in common end the connection", arguments: [(2, 9), (0, 0), (5, 1)] as [(UInt64, UInt64)])
  func unsupportedVersion(lowest: UInt64, highest: UInt64) {
    var connection = TestConnection()
    let actions = connection.receive(
      Hello(lowestVersion: lowest, highestVersion: highest, client: "test"), request: 3)
    #expect(actions.first?.failure?.code == .unsupportedVersion)
    #expect(actions.first?.failure?.request == 3)
    #expect(actions.closeCode == .protocolError)
  }

  @Test(
    "what is no frame ends the connection with a code",
    arguments: [
      [], [0xC1], [0x80], [0x83, 0x01], [0x01, 0x02, 0x03], [0x93, 0x01, 0x02, 0x03],
      // Fields out of order; a kind that is text; a frame with something behind it.
      [0x83, 0x02, 0x00, 0x01, 0x01, 0x03, 0x80], [0x83, 0x01, 0xA1, 0x41, 0x02, 0x00, 0x03, 0x80],
      [0x83, 0x01, 0x01, 0x02, 0x00, 0x03, 0x80, 0x00],
      // A body that declares 4 GiB.
      [0x83, 0x01, 0x01, 0x02, 0x00, 0x03, 0xC6, 0xFF, 0xFF, 0xFF, 0xFF],
    ] as [[UInt8]])
  func noFrame(bytes: [UInt8]) {
    for var connection in [TestConnection(), .open(), .ready()] {
      let actions = connection.receive(bytes: bytes)
      #expect(actions.failures == [.malformedFrame])
      #expect(actions.closeCode == .invalidPayload)
      #expect(!connection.state.phase.isLive)
    }
  }

  @Test("a body nests as deep as fits beneath a partition's commands, and no deeper")
  func depth() throws {
    func frame(levels: Int) -> [UInt8] {
      let unknownField = [0x0F] as [UInt8] + [UInt8](repeating: 0x91, count: levels) + [0xC0]
      let plain = Send.test(1).encoded()
      // One more field than the record's five, in the same map.
      let body = [plain[0] + 1] + plain.dropFirst() + unknownField
      return Frame(kind: FrameKind.send.rawValue, request: 1, body: body[...]).encoded()
    }
    var connection = TestConnection.ready()
    let actions = connection.receive(bytes: frame(levels: 7))
    let command = try #require(actions.commands.first)
    let entry = PartitionCommands(gateway: "gw", commands: [command]).encoded()
    #expect(try PartitionCommands(encoded: entry).commands == [command])
    #expect(connection.receive(bytes: frame(levels: 8)).failures == [.malformedFrame])
  }

  @Test("what breaks a rule of WebSocket ends the connection with the code that fits")
  func violations() {
    let cases: [(TransportViolation, FailureCode, CloseCode)] = [
      (.text, .malformedFrame, .unsupportedData), (.tooLarge, .frameTooLarge, .messageTooBig),
      (.malformed, .malformedFrame, .protocolError),
    ]
    for (violation, failure, close) in cases {
      var connection = TestConnection.ready()
      let actions = connection.drive { [now = connection.now] state, actions in
        state.violated(violation, at: now, into: &actions)
      }
      #expect(actions.failures == [failure])
      #expect(actions.closeCode == close)
      #expect(actions.commands.map { $0.detach != nil } == [true])
    }
  }
}
