// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import DeliveryService

@Suite("Acknowledged sequences and the window they empty", .timeLimit(.minutes(3)))
struct SequenceRangesTests {
  @Test("ranges in any order come out ascending and apart")
  func normalForm() {
    let given = Sample.ranges(8...9, 1...3, 3...5, 6...6)
    #expect(SequenceRanges(given).ranges == Sample.ranges(1...6, 8...9))
  }

  @Test("what no mailbox can hold is left out")
  func absurd() {
    let given = [
      SequenceRange(first: 9, last: 8), SequenceRange(first: 0, last: 0), SequenceRange(first: .max, last: .max),
    ]
    #expect(SequenceRanges(given).ranges.isEmpty)
    let all = SequenceRanges([SequenceRange(first: 0, last: .max), SequenceRange(first: 4, last: .max)])
    #expect(all.ranges == [SequenceRange(first: 1, last: UInt64(Int64.max))])
  }

  @Test("what a batch acknowledges is put in order once for each device")
  func batch() {
    let (phone, tablet) = (Sample.address(Sample.bob, 1), Sample.address(Sample.bob, 2))
    var writes = MailboxWrites()
    writes.acknowledge(phone, SequenceRanges(Sample.ranges(9...9, 1...2)))
    writes.acknowledge(tablet, SequenceRanges(Sample.ranges(5...5)))
    writes.acknowledge(phone, SequenceRanges(Sample.ranges(3...4)))
    #expect(writes.acknowledged[phone]?.ranges == Sample.ranges(1...4, 9...9))
    #expect(writes.acknowledged[tablet]?.ranges == Sample.ranges(5...5))
  }

  @Test("a window loses exactly what the ranges name", arguments: [0, 1, 2, 3, 4, 5, 6, 7] as [UInt64])
  func removal(mask: UInt64) {
    var window = DeliveryWindow(bounds: DeliveryWindow.Bounds(messages: 10, bytes: 1_000))
    for sequence in UInt64(1)...3 { window.add(sequence, bytes: 10, isUrgent: false) }
    let named = (UInt64(1)...3).filter { mask & (1 << ($0 - 1)) != 0 }
    window.remove(SequenceRanges(named.map { SequenceRange(first: $0, last: $0) }).ranges)
    #expect(window.count == 3 - named.count)
    #expect(window.byteRoom == 1_000 - 10 * (3 - named.count))
    #expect(window.first == (UInt64(1)...3).first { !named.contains($0) })
  }
}
