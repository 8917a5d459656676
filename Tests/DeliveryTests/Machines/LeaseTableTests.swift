// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import Testing
import Wire

@testable import DeliveryService

@Suite("The table of leases", .timeLimit(.minutes(3)))
struct LeaseTableTests {
  private static func rows(_ numbers: Range<UInt32>, epoch: Int64 = 1) -> [LeasedPartition] {
    Partition.all.filter { numbers.contains($0.number) }.map {
      LeasedPartition(partition: $0, epoch: epoch, position: .zero)
    }
  }

  @Test("shares are even and leave no partition over", arguments: 1...70)
  func fairShare(workers: Int) {
    let share = LeaseTable.fairShare(workers: workers)
    #expect(share * workers >= 64)
    #expect((share - 1) * workers < 64)
  }

  @Test("a lease stands until its end and not at it")
  func end() {
    var table = LeaseTable()
    table.claimed(Self.rows(0..<1), until: .at(100))
    #expect(table.standing(at: .at(99)).count == 1)
    #expect(table.standing(at: .at(100)).isEmpty)
  }

  @Test("a renewal prolongs what is owned and drops what is not")
  func renewal() {
    var table = LeaseTable()
    table.claimed(Self.rows(0..<4), until: .at(100))
    table.renewed(Self.rows(1..<3), until: .at(200))
    #expect(table.standing(at: .at(150)).keys.map(\.number).sorted() == [1, 2])
  }

  @Test("a worker alone wants everything, and gives back the highest half when another comes")
  func sharing() {
    var table = LeaseTable()
    #expect(table.wanted(workers: 1) == 64)
    table.claimed(Self.rows(0..<64), until: .at(100))
    #expect(table.wanted(workers: 1) == 0)
    #expect(table.surplus(workers: 1).isEmpty)
    let surplus = table.surplus(workers: 2)
    #expect(surplus.map(\.number) == Array(32..<64))
    table.released(surplus)
    #expect(table.wanted(workers: 2) == 0)
    #expect(table.surplus(workers: 2).isEmpty)
  }
}
