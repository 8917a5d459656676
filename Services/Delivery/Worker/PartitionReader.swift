// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Metrics
import Redis
import Wire

/// Reads the streams of all held partitions together, as many entries at a time as memory allows.
///
/// Redis bounds a read by entries alone, and an entry may hold one command or a thousand; so the number asked for
/// follows the size of what came.
struct PartitionReader: Sendable {
  /// Bytes of records that one read should not exceed.
  static let bytes = 8 << 20
  /// Entries of each stream that are asked for at most, and at first.
  static let counts = (most: 512, first: 32)

  private let reader: RedisStreamReader
  private var count = counts.first
  private let passedOver = Counter(label: "construct_delivery_passed_over")

  init(reader: RedisStreamReader) { self.reader = reader }

  var connectionGeneration: UInt64 { reader.connectionGeneration }

  /// Waits for entries behind the given positions.
  /// - Parameter positions: at least one.
  /// - Returns: nothing if the time has passed.
  mutating func read(
    after positions: [Partition: RedisStreamID], waitMilliseconds: Int
  ) async throws(RedisError) -> [PartitionEntries] {
    let partitions = positions.keys.sorted()
    let names = Dictionary(uniqueKeysWithValues: partitions.map { (StreamName.partition($0), $0) })
    let streams = partitions.map { (key: StreamName.partition($0), after: positions[$0] ?? .zero) }
    let found = try await reader.read(streams: streams, count: count, blockMilliseconds: waitMilliseconds)
    let decoded = found.compactMap { stream in
      names[stream.key].map { partition in
        PartitionEntries(
          partition: partition,
          entries: stream.entries.map {
            PartitionEntry(id: $0.id, record: $0.value(StreamName.field), partition: partition)
          })
      }
    }
    adapt(to: decoded)
    return decoded
  }

  private mutating func adapt(to found: [PartitionEntries]) {
    let size = found.reduce(0) { $0 + $1.entries.reduce(0) { $0 + $1.size } }
    let longest = found.map(\.entries.count).max() ?? 0
    count = Self.count(after: count, size: size, longest: longest)
    let strange = found.reduce(0) { $0 + $1.entries.reduce(0) { $0 + $1.passedOver } }
    if strange > 0 { passedOver.increment(by: strange) }
  }

  /// How many entries to ask for after a read of so many bytes, whose longest stream had so many entries.
  static func count(after count: Int, size: Int, longest: Int) -> Int {
    if size > bytes { return max(1, count / 2) }
    if longest == count && size < bytes / 4 { return min(counts.most, count * 2) }
    return count
  }
}
