// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CAllocations

/// What something else is measured by: a primitive, or several in a row.
struct Yardstick {
  let name: String
  let body: () throws -> Void
}

/// What one call costs.
struct Measurement {
  let name: String
  /// CPU time, the best of several batches: what the machine can do when nothing disturbs it.
  let nanoseconds: Double
  /// The time as a multiple of the yardstick's: the lower quartile over pairs of batches, one of each, so that a machine that
  /// is slower for a while is slower for both.
  let times: Double
  let yardstick: String
  /// Allocations for each call, in the mean.
  let allocations: Double

  /// Calls `body` with the number of a call, in batches of about `milliseconds`, and the yardstick in between. A call does
  /// what is measured `repetitions` times.
  static func measure(
    _ name: String, by yardstick: Yardstick, batches: Int = 15, milliseconds: Double = 8, repetitions: Int = 1,
    _ body: (Int) throws -> Void
  ) throws -> Measurement {
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
    func runYardstick(_ count: Int) throws -> Double {
      let start = thread_nanoseconds()
      for _ in 0..<count { try yardstick.body() }
      return Double(thread_nanoseconds() - start)
    }
    func size(_ two: Double) -> Int { max(1, Int(milliseconds * 1_000_000 / max(two / 2, 20))) }
    let count = try size(max(run(2), run(2)))
    let yards = try size(max(runYardstick(2), runYardstick(2)))
    var times: [Double] = []
    var ratios: [Double] = []
    var allocations = 0.0
    for _ in 0..<batches {
      let yard = try runYardstick(yards) / Double(yards)
      let allocated = allocation_count()
      let time = try run(count) / Double(count * repetitions)
      allocations += Double(allocation_count() - allocated) / Double(count * repetitions)
      times.append(time)
      ratios.append(time / yard)
    }
    times.sort()
    ratios.sort()
    return Measurement(
      name: name, nanoseconds: times[0], times: ratios[batches / 4], yardstick: yardstick.name,
      allocations: allocations / Double(batches))
  }
}
