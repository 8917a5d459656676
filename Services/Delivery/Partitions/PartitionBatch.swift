// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import Wire

/// What was read from one partition's stream, in order.
struct PartitionEntries: Sendable, Equatable {
  let partition: Partition
  let entries: [PartitionEntry]
}

/// The part of a batch that belongs to one partition.
struct PartitionBatch: Sendable, Equatable {
  let partition: Partition
  private(set) var commands: [MailboxCommand] = []
  /// The last entry of it.
  private(set) var through: RedisStreamID

  init(partition: Partition, _ entry: PartitionEntry) {
    self.partition = partition
    commands = entry.commands
    through = entry.id
  }

  mutating func add(_ entry: PartitionEntry) {
    commands += entry.commands
    through = entry.id
  }
}

/// What one transaction works in.
struct DeliveryBatch: Sendable, Equatable {
  struct Bounds: Sendable, Equatable {
    /// Commands; reached by whole entries, so that a single large one may be more.
    var commands = 512
    /// Bytes of records, likewise.
    var bytes = 4 << 20
  }

  private(set) var parts: [PartitionBatch] = []
  private var commands = 0
  private var bytes = 0

  /// Divides what was read into batches, every partition's entries in order.
  static func batches(of found: [PartitionEntries], bounds: Bounds) -> [DeliveryBatch] {
    var batches: [DeliveryBatch] = []
    var current = DeliveryBatch()
    for stream in found {
      for entry in stream.entries {
        if !current.hasRoom(for: entry, bounds) {
          batches.append(current)
          current = DeliveryBatch()
        }
        current.add(entry, of: stream.partition)
      }
    }
    if !current.parts.isEmpty { batches.append(current) }
    return batches
  }

  /// Without the parts of partitions that are not held any more.
  func filtered(_ isHeld: (Partition) -> Bool) -> DeliveryBatch {
    var rest = self
    rest.parts.removeAll { !isHeld($0.partition) }
    return rest
  }

  private func hasRoom(for entry: PartitionEntry, _ bounds: Bounds) -> Bool {
    parts.isEmpty || (commands + entry.commands.count <= bounds.commands && bytes + entry.size <= bounds.bytes)
  }

  private mutating func add(_ entry: PartitionEntry, of partition: Partition) {
    commands += entry.commands.count
    bytes += entry.size
    if let last = parts.indices.last, parts[last].partition == partition {
      parts[last].add(entry)
    } else {
      parts.append(PartitionBatch(partition: partition, entry))
    }
  }
}
