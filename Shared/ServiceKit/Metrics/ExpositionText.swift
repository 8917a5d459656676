// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Writes Prometheus' text format, version 0.0.4.
struct ExpositionText {
  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private var text = ""

  mutating func put(_ name: String, _ family: MetricRegistry.Family) {
    text += "# TYPE \(name) \(family.kind.rawValue)\n"
    let ordered = family.series.values.sorted { left, right in
      left.labels.pairs.lexicographicallyPrecedes(right.labels.pairs) { $0.lexicographicallyPrecedes($1) }
    }
    for series in ordered { put(name, series) }
  }

  mutating func put(_ name: String, _ kind: MetricRegistry.Kind, _ number: Double) {
    text += "# TYPE \(name) \(kind.rawValue)\n"
    line(name, [], number)
  }

  consuming func finish() -> String { text }

  private mutating func put(_ name: String, _ series: MetricSeries) {
    switch series.current {
    case .number(let number): line(name, series.labels.pairs, number)
    case .histogram(let histogram):
      var total: UInt64 = 0
      for (bound, count) in zip(histogram.bounds + [.infinity], histogram.counts) {
        total += count
        line(name + "_bucket", series.labels.pairs + [["le", Self.format(bound)]], Double(total))
      }
      line(name + "_sum", series.labels.pairs, histogram.sum)
      line(name + "_count", series.labels.pairs, Double(total))
    }
  }

  private mutating func line(_ name: String, _ labels: [[String]], _ number: Double) {
    text += name
    if !labels.isEmpty {
      text += "{" + labels.map { "\($0[0])=\"\(Self.escape($0[1]))\"" }.joined(separator: ",") + "}"
    }
    text += " " + Self.format(number) + "\n"
  }

  private static func escape(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }

  private static func format(_ number: Double) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-Inf" : "+Inf" }
    if let whole = Int64(exactly: number) { return String(whole) }
    return String(number)
  }
}
