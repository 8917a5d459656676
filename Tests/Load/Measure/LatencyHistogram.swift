// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// How often which latency came, in nanoseconds: 128 buckets for each doubling, as in HdrHistogram, so that a percentile
/// is at most 0.8 % too high, at every size and in constant memory.
struct LatencyHistogram: Sendable {
  private static let precision = 7
  private static let subBuckets = 1 << precision

  private var counts: [UInt64]
  private(set) var total: UInt64 = 0
  private(set) var maximum: UInt64 = 0

  init() {
    // Up to 2^40 ns, which is 18 minutes.
    counts = [UInt64](repeating: 0, count: (40 - Self.precision + 2) * Self.subBuckets)
  }

  mutating func record(_ nanoseconds: UInt64) {
    counts[min(Self.bucket(of: nanoseconds), counts.count - 1)] += 1
    total += 1
    maximum = max(maximum, nanoseconds)
  }

  mutating func add(_ other: LatencyHistogram) {
    for index in counts.indices { counts[index] += other.counts[index] }
    total += other.total
    maximum = max(maximum, other.maximum)
  }

  /// The latency that `fraction` (0…1) of all do not exceed, in nanoseconds; 0 of none.
  func quantile(_ fraction: Double) -> UInt64 {
    guard total > 0 else { return 0 }
    let rank = max(1, UInt64((fraction * Double(total)).rounded(.up)))
    var seen: UInt64 = 0
    for (index, count) in counts.enumerated() {
      seen += count
      if seen >= rank { return min(Self.upperEnd(of: index), maximum) }
    }
    return maximum
  }

  static func bucket(of value: UInt64) -> Int {
    guard value >= UInt64(subBuckets) else { return Int(value) }
    let shift = 63 - value.leadingZeroBitCount - precision
    return (shift + 1) * subBuckets + Int(value >> UInt64(shift)) - subBuckets
  }

  /// The largest value of a bucket.
  static func upperEnd(of bucket: Int) -> UInt64 {
    guard bucket >= subBuckets else { return UInt64(bucket) }
    let shift = UInt64(bucket / subBuckets - 1)
    return (UInt64(bucket % subBuckets + subBuckets + 1) << shift) - 1
  }
}
