// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import Wire

/// A row of `partitions` that this worker owns, as PostgreSQL returned it.
struct LeasedPartition: Sendable, Equatable {
  let partition: Partition
  /// Grows with every change of owner.
  let epoch: Int64
  /// The last entry of the stream whose effects are committed.
  let position: RedisStreamID
}

/// Which partitions this worker holds, until when by its own clock, and how many it should hold.
struct LeaseTable: Sendable, Equatable {
  struct Lease: Sendable, Equatable {
    let row: LeasedPartition
    /// From then on this worker does nothing for the partition unless the lease was renewed.
    let until: Moment
  }

  private(set) var leases: [Partition: Lease] = [:]

  /// The share of one of so many workers, rounded up so that no partition is left over.
  static func fairShare(workers: Int) -> Int {
    let partitions = Int(Partition.count)
    return (partitions + max(1, workers) - 1) / max(1, workers)
  }

  /// All that PostgreSQL says is owned by this worker; everything else is lost.
  /// - Parameter until: counted from before the question was sent, so that it never ends later here than there.
  mutating func renewed(_ rows: [LeasedPartition], until: Moment) {
    leases = [:]
    claimed(rows, until: until)
  }

  mutating func claimed(_ rows: [LeasedPartition], until: Moment) {
    for row in rows { leases[row.partition] = Lease(row: row, until: until) }
  }

  mutating func released(_ partitions: [Partition]) {
    for partition in partitions { leases[partition] = nil }
  }

  /// What may be worked on at this moment.
  func standing(at now: Moment) -> [Partition: LeasedPartition] {
    leases.filter { $0.value.until > now }.mapValues(\.row)
  }

  /// How many more partitions to claim.
  func wanted(workers: Int) -> Int { max(0, Self.fairShare(workers: workers) - leases.count) }

  /// What is to be given to others: the highest numbers, so that those who give and those who keep never swap.
  func surplus(workers: Int) -> [Partition] {
    Array(leases.keys.sorted().dropFirst(Self.fairShare(workers: workers)))
  }
}
