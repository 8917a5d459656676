// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CAllocations

/// What one call costs.
struct Measurement {
  let name: String
  /// CPU time, the best of several batches: what the machine can do when nothing disturbs it.
  let nanoseconds: Double
  /// The median of the batches.
  let median: Double
  /// Allocations for each call, in the mean.
  let allocations: Double

  /// Calls `body` with the number of a call, in batches of about `milliseconds`.
  static func measure(
    _ name: String, batches: Int = 15, milliseconds: Double = 8, _ body: (Int) throws -> Void
  ) rethrows -> Measurement {
    // One call warms up; its time says how many make a batch.
    var call = 0
    func run(_ count: Int) throws -> Double {
      let start = thread_nanoseconds()
      for _ in 0..<count {
        try body(call)
        call += 1
      }
      return Double(thread_nanoseconds() - start)
    }
    let first = try max(run(2), run(2)) / 2
    let count = max(1, Int(milliseconds * 1_000_000 / max(first, 20)))
    var times: [Double] = []
    let allocated = allocation_count()
    for _ in 0..<batches { times.append(try run(count) / Double(count)) }
    let allocations = Double(allocation_count() - allocated) / Double(count * batches)
    times.sort()
    return Measurement(name: name, nanoseconds: times[0], median: times[batches / 2], allocations: allocations)
  }
}
