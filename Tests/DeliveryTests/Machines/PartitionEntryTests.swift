// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import Testing
import Wire

@testable import DeliveryService

@Suite("An entry of a partition's stream", .timeLimit(.minutes(3)))
struct PartitionEntryTests {
  private static let partition = Partition(of: Sample.bob)
  private static let bob = Sample.address(Sample.bob)

  private static func entry(_ commands: PartitionCommand...) -> PartitionEntry {
    PartitionEntry(
      id: .zero, record: PartitionCommands(gateway: "gw-a", commands: commands).encoded(), partition: partition)
  }

  private static func send(_ body: [UInt8]) -> PartitionCommand {
    PartitionCommand(
      send: PartitionSend(
        connection: 3, request: 8, sender: Sample.alice.account, senderDevice: Sample.alice.device, body: body[...]))
  }

  private static let reply = ReplyAddress(connection: Sample.connection(3), request: 8)

  @Test("every command is understood, with its gateway")
  func commands() {
    let entry = Self.entry(
      Self.send(Sample.send(1).encoded()),
      PartitionCommand(
        acknowledge: PartitionAcknowledge(account: Sample.bob, device: .first, ranges: Sample.ranges(4...5))),
      PartitionCommand(
        attach: PartitionAttach(connection: 6, account: Sample.bob, device: .first, authenticatedAt: 44)),
      PartitionCommand(detach: PartitionDetach(connection: 6, account: Sample.bob, device: .first)),
      PartitionCommand(accountChanged: Sample.bob))
    #expect(
      entry.commands == [
        .send(IncomingSend(reply: Self.reply, sender: Sample.alice, send: Sample.send(1))),
        .acknowledge(Self.bob, SequenceRanges(Sample.ranges(4...5))), .attach(Self.bob, Sample.connection(6), 44),
        .detach(Self.bob, Sample.connection(6)), .accountChanged(Sample.bob),
      ])
    #expect(entry.passedOver == 0)
  }

  @Test("bytes that are no record are passed over and counted")
  func poison() {
    for record in [nil, [], [0xC1], [0x81], Array("poison".utf8)] as [[UInt8]?] {
      let entry = PartitionEntry(id: .zero, record: record, partition: Self.partition)
      #expect(entry.commands.isEmpty)
      #expect(entry.passedOver == 1)
    }
  }

  @Test("a send that cannot be read is refused and does not hold up its neighbours")
  func malformedSend() {
    let entry = Self.entry(Self.send([0x80]), Self.send(Sample.send(1).encoded()))
    #expect(
      entry.commands == [
        .refuse(Self.reply, .malformedFrame),
        .send(IncomingSend(reply: Self.reply, sender: Sample.alice, send: Sample.send(1))),
      ])
  }

  @Test("a ciphertext that is too large is refused as such")
  func tooLarge() {
    let send = Sample.send(1, ciphertext: [UInt8](repeating: 1, count: WireLimits.ciphertextBytes + 1))
    #expect(Self.entry(Self.send(send.encoded())).commands == [.refuse(Self.reply, .messageTooLarge)])
  }

  @Test("envelopes that are not in ascending order are refused", arguments: [[2, 1], [1, 1]] as [[UInt32]])
  func order(devices: [UInt32]) {
    let entry = Self.entry(Self.send(Sample.send(1, devices: devices).encoded()))
    #expect(entry.commands == [.refuse(Self.reply, .malformedFrame)])
  }

  @Test("commands for accounts of another partition have no effect here")
  func wrongPartition() {
    let stranger = Sample.account(partition: 6)
    let entry = Self.entry(
      Self.send(Sample.send(1, to: stranger).encoded()),
      PartitionCommand(acknowledge: PartitionAcknowledge(account: stranger, device: .first, ranges: [])),
      PartitionCommand(attach: PartitionAttach(connection: 6, account: stranger, device: .first, authenticatedAt: 44)),
      PartitionCommand(detach: PartitionDetach(connection: 6, account: stranger, device: .first)),
      PartitionCommand(accountChanged: stranger), PartitionCommand())
    #expect(entry.commands == [.refuse(Self.reply, .internalError)])
    #expect(entry.passedOver == 5)
  }
}
