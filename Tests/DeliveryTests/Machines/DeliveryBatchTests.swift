// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import Testing
import Wire

@testable import DeliveryService

@Suite("Batches of what was read", .timeLimit(.minutes(3)))
struct DeliveryBatchTests {
  private static func entry(_ id: UInt64, commands: Int, of partition: UInt32) -> PartitionEntry {
    let account = Sample.account(partition: partition)
    let commands = PartitionCommands(
      gateway: "gw", commands: (0..<commands).map { _ in PartitionCommand(accountChanged: account) })
    return PartitionEntry(
      id: RedisStreamID(milliseconds: id, sequence: 0), record: commands.encoded(),
      partition: Partition(of: account))
  }

  private static func entries(_ partition: UInt32, _ counts: Int...) -> PartitionEntries {
    PartitionEntries(
      partition: Partition(of: Sample.account(partition: partition)),
      entries: counts.enumerated().map { entry(UInt64($0.offset + 1), commands: $0.element, of: partition) })
  }

  @Test("entries are gathered up to the bound, in order, and never divided")
  func bounds() {
    let found = [Self.entries(3, 2, 2, 5), Self.entries(4, 1, 9)]
    let batches = DeliveryBatch.batches(of: found, bounds: DeliveryBatch.Bounds(commands: 6, bytes: 1_000_000))
    let summary = batches.map {
      $0.parts.map { [Int($0.partition.number), $0.commands.count, Int($0.through.milliseconds)] }
    }
    #expect(summary == [[[3, 4, 2]], [[3, 5, 3], [4, 1, 1]], [[4, 9, 2]]])
  }

  @Test("bytes bound a batch as well")
  func bytes() {
    let found = [Self.entries(3, 1, 1, 1)]
    let size = found[0].entries[0].size
    let batches = DeliveryBatch.batches(of: found, bounds: DeliveryBatch.Bounds(commands: 100, bytes: 2 * size))
    #expect(batches.map { $0.parts[0].commands.count } == [2, 1])
  }

  @Test("an entry without commands still moves the position")
  func emptyEntry() {
    let batches = DeliveryBatch.batches(of: [Self.entries(3, 0)], bounds: DeliveryBatch.Bounds())
    #expect(batches.map { $0.parts.map(\.through.milliseconds) } == [[1]])
  }

  @Test("the parts of lost partitions are left out")
  func lost() {
    let batches = DeliveryBatch.batches(of: [Self.entries(3, 1), Self.entries(4, 1)], bounds: DeliveryBatch.Bounds())
    #expect(batches[0].filtered { $0.number == 4 }.parts.map(\.partition.number) == [4])
  }

  @Test("fewer entries are read after a large read, and more after a small one that was cut off")
  func adaptiveRead() {
    #expect(PartitionReader.count(after: 32, size: PartitionReader.bytes + 1, longest: 32) == 16)
    #expect(PartitionReader.count(after: 1, size: PartitionReader.bytes + 1, longest: 1) == 1)
    #expect(PartitionReader.count(after: 32, size: 100, longest: 32) == 64)
    #expect(PartitionReader.count(after: 32, size: 100, longest: 31) == 32)
    #expect(PartitionReader.count(after: 512, size: 100, longest: 512) == 512)
  }

  @Test("frames travel in round trips of bounded size, in each gateway's order")
  func roundTrips() {
    func frame(_ connection: UInt64, _ size: Int) -> OutboundFrame {
      OutboundFrame(connection: connection, request: 0, kind: 1, body: [UInt8](repeating: 0, count: size)[...])
    }
    let half = EffectsWriter.roundTripBytes / 2
    let trips = EffectsWriter.roundTrips(["a": [frame(1, half), frame(2, half), frame(3, 10)], "b": [frame(4, 10)]])
    let summary = trips.map { $0.map { ([$0.gateway], $0.events.frames.map(\.connection)) } }
    #expect(summary.map { $0.map(\.0) } == [[["a"]], [["a"], ["b"]]])
    #expect(summary.map { $0.map(\.1) } == [[[1, 2]], [[3], [4]]])
  }

  @Test("what comes behind a lost delivery is not sent, but answers and what is for others are")
  func behindALoss() {
    func frame(_ connection: UInt64, answers request: UInt64 = 0) -> OutboundFrame {
      OutboundFrame(connection: connection, request: request, kind: 1, body: [0xc0])
    }
    let trip = EffectsWriter.roundTrips([
      "a": [frame(1), frame(2), frame(1, answers: 9)], "b": [frame(1)], "c": [frame(3)],
    ])[0]
    let lost: Set = [Sample.connection(1, gateway: "a"), Sample.connection(3, gateway: "c")]
    let rest = EffectsWriter.rest(of: trip, behind: lost)
    #expect(rest.map(\.gateway) == ["a", "b"])
    #expect(rest.map { $0.events.frames } == [[frame(2), frame(1, answers: 9)], [frame(1)]])
  }
}
