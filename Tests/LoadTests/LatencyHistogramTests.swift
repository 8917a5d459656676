// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LoadCommand

@Suite("Latencies of a load")
struct LatencyHistogramTests {
  @Test("every value lies in its bucket, and a bucket is less than a hundredth wide")
  func buckets() {
    var values: [UInt64] = Array(0...2_000)
    for shift in UInt64(11)..<40 { values += [1 << shift - 1, 1 << shift, 1 << shift + 1, 3 << (shift - 1)] }
    for value in values {
      let bucket = LatencyHistogram.bucket(of: value)
      let end = LatencyHistogram.upperEnd(of: bucket)
      #expect(value <= end && Double(end - value) <= Double(value) / 100)
      #expect(LatencyHistogram.bucket(of: end) == bucket)
      #expect(LatencyHistogram.bucket(of: end + 1) == bucket + 1)
    }
  }

  @Test("quantiles are those of the sorted values, within a hundredth")
  func quantiles() {
    var random = SystemRandomNumberGenerator()
    let values = (0..<10_000).map { _ in UInt64.random(in: 1...5_000_000, using: &random) }.sorted()
    var halves = [LatencyHistogram(), LatencyHistogram()]
    for (index, value) in values.enumerated() { halves[index % 2].record(value) }
    var histogram = halves[0]
    histogram.add(halves[1])
    for fraction in [0.5, 0.95, 0.99, 0.999] {
      let exact = Double(values[Int((fraction * 10_000).rounded(.up)) - 1])
      let found = Double(histogram.quantile(fraction))
      #expect(found >= exact && found <= exact * 1.01)
    }
    #expect(histogram.quantile(1) == values.last)
    #expect(histogram.total == 10_000)
    #expect(LatencyHistogram().quantile(0.5) == 0)
  }

  @Test("what lasts longer than the histogram reaches counts as its end, and as the maximum")
  func beyond() {
    var histogram = LatencyHistogram()
    histogram.record(.max)
    #expect(histogram.maximum == .max)
    #expect(histogram.quantile(0.5) > 1 << 40)
  }
}
