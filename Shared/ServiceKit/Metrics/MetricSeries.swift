// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// One line or, for a histogram, one group of lines of the exposition: a value under one set of labels.
final class MetricSeries: Sendable {
  enum Value: Sendable {
    case number(Double)
    case histogram(Histogram)
  }

  let labels: MetricLabels
  private let value: Mutex<Value>

  init(labels: MetricLabels, _ value: Value) {
    self.labels = labels
    self.value = Mutex(value)
  }

  var current: Value { value.withLock { $0 } }

  func add(_ amount: Double) {
    value.withLock { value in
      if case .number(let number) = value { value = .number(number + amount) }
    }
  }

  func set(_ amount: Double) {
    value.withLock { value in
      if case .number = value { value = .number(amount) }
    }
  }

  func observe(_ amount: Double) {
    value.withLock { value in
      guard case .histogram(var histogram) = value else { return }
      // Gives up the other reference, so that the counts are changed in place.
      value = .number(0)
      histogram.observe(amount)
      value = .histogram(histogram)
    }
  }

  func reset() {
    value.withLock { value in
      switch value {
      case .number: value = .number(0)
      case .histogram(let histogram): value = .histogram(Histogram(bounds: histogram.bounds))
      }
    }
  }
}

/// Counts of observations by upper bound.
struct Histogram: Sendable {
  /// Seconds, from half a millisecond to ten seconds.
  static let seconds: [Double] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
  /// Counts and sizes: powers of four up to sixteen million.
  static let amounts: [Double] = [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 16_777_216]

  let bounds: [Double]
  /// Observations in each bucket, not cumulative; the last is for those above every bound.
  private(set) var counts: [UInt64]
  private(set) var sum = 0.0

  init(bounds: [Double]) {
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count + 1)
  }

  mutating func observe(_ amount: Double) {
    counts[bounds.firstIndex { amount <= $0 } ?? bounds.count] += 1
    sum += amount
  }
}

/// Names and values in alphabetical order of the names.
struct MetricLabels: Hashable, Sendable {
  let pairs: [[String]]

  init(_ dimensions: [(String, String)]) {
    pairs = dimensions.map { [MetricName.label($0.0), $0.1] }.sorted { $0[0] < $1[0] }
  }
}

/// Turns a label of swift-metrics into a name of the Prometheus data model.
enum MetricName {
  static func metric(_ label: String, suffix: String) -> String {
    let name = cleaned(label) { $0 == "_" || $0 == ":" }
    return name.hasSuffix(suffix) ? name : name + suffix
  }

  static func label(_ name: String) -> String { cleaned(name) { $0 == "_" } }

  private static func cleaned(_ text: String, _ isAllowed: (Character) -> Bool) -> String {
    let name = String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) || isAllowed($0) ? $0 : "_" })
    guard let first = name.first, !first.isNumber else { return "_" + name }
    return name
  }
}
