// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Every metric of the process by name and labels, with a bound on how many there can be.
///
/// At the bound a further label set is not kept: its values go nowhere, and
/// `construct_metrics_refused_total` counts it. So a label that takes too many values costs itself and nothing else.
public final class MetricRegistry: Sendable {
  enum Kind: String, Sendable { case counter, gauge, histogram }

  struct Family: Sendable {
    let kind: Kind
    var series: [MetricLabels: MetricSeries] = [:]
  }

  private struct State {
    var families: [String: Family] = [:]
    var refused = 0.0
  }

  private let maximumFamilies: Int
  private let maximumSeries: Int
  private let state = Mutex(State())

  /// - Parameters:
  ///   - maximumFamilies: distinct names.
  ///   - maximumSeries: label sets under one name.
  public init(maximumFamilies: Int = 500, maximumSeries: Int = 200) {
    self.maximumFamilies = maximumFamilies
    self.maximumSeries = maximumSeries
  }

  /// The series of this name and these labels, made if it is new.
  func series(_ name: String, _ labels: MetricLabels, _ kind: Kind, bounds: [Double] = []) -> MetricSeries {
    state.withLock { state in
      var family = state.families[name] ?? Family(kind: kind)
      if family.kind == kind, let known = family.series[labels] { return known }
      let fresh = MetricSeries(
        labels: labels, kind == .histogram ? .histogram(Histogram(bounds: bounds)) : .number(0))
      let isNewName = state.families[name] == nil
      guard family.kind == kind, family.series.count < maximumSeries,
        !isNewName || state.families.count < maximumFamilies
      else {
        state.refused += 1
        return fresh
      }
      family.series[labels] = fresh
      state.families[name] = family
      return fresh
    }
  }

  func remove(_ series: MetricSeries, named name: String) {
    state.withLock { state in
      guard state.families[name]?.series[series.labels] === series else { return }
      state.families[name]?.series[series.labels] = nil
      if state.families[name]?.series.isEmpty == true { state.families[name] = nil }
    }
  }

  /// All metrics in Prometheus' text format 0.0.4.
  public func exposition() -> String {
    let (families, refused) = state.withLock { ($0.families, $0.refused) }
    var text = ExpositionText()
    for (name, family) in families.sorted(by: { $0.key < $1.key }) { text.put(name, family) }
    text.put("construct_metrics_refused_total", .counter, refused)
    return text.finish()
  }
}
