// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import CoreMetrics

/// Makes swift-metrics' metrics in a ``MetricRegistry``.
///
/// Names: every character that Prometheus does not allow becomes `_`. Counters end in `_total`; timers are histograms
/// in seconds and end in `_seconds`; recorders that aggregate are histograms; meters and gauges are gauges.
public struct PrometheusFactory: MetricsFactory {
  public let registry: MetricRegistry

  public init(registry: MetricRegistry = MetricRegistry()) {
    self.registry = registry
  }

  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    make(label, "_total", dimensions, .counter)
  }

  public func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    make(label, "_total", dimensions, .counter)
  }

  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    make(label, "", dimensions, .gauge)
  }

  public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    aggregate
      ? make(label, "", dimensions, .histogram, bounds: Histogram.amounts) : make(label, "", dimensions, .gauge)
  }

  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    make(label, "_seconds", dimensions, .histogram, bounds: Histogram.seconds)
  }

  public func destroyCounter(_ handler: any CounterHandler) { destroy(handler) }
  public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { destroy(handler) }
  public func destroyMeter(_ handler: any MeterHandler) { destroy(handler) }
  public func destroyRecorder(_ handler: any RecorderHandler) { destroy(handler) }
  public func destroyTimer(_ handler: any TimerHandler) { destroy(handler) }

  private func make(
    _ label: String, _ suffix: String, _ dimensions: [(String, String)], _ kind: MetricRegistry.Kind,
    bounds: [Double] = []
  ) -> MetricHandler {
    let name = MetricName.metric(label, suffix: suffix)
    let series = registry.series(name, MetricLabels(dimensions), kind, bounds: bounds)
    return MetricHandler(name: name, series: series, isHistogram: kind == .histogram)
  }

  private func destroy(_ handler: AnyObject) {
    guard let handler = handler as? MetricHandler else { return }
    registry.remove(handler.series, named: handler.name)
  }
}

/// Every kind of swift-metrics' handlers in one: it changes its series.
private final class MetricHandler: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler,
  TimerHandler
{
  let name: String
  let series: MetricSeries
  private let isHistogram: Bool

  init(name: String, series: MetricSeries, isHistogram: Bool) {
    self.name = name
    self.series = series
    self.isHistogram = isHistogram
  }

  func increment(by amount: Int64) { series.add(Double(amount)) }
  func increment(by amount: Double) { series.add(amount) }
  func decrement(by amount: Double) { series.add(-amount) }
  func reset() { series.reset() }
  func set(_ value: Int64) { series.set(Double(value)) }
  func set(_ value: Double) { series.set(value) }
  func record(_ value: Int64) { record(Double(value)) }
  func record(_ value: Double) { isHistogram ? series.observe(value) : series.set(value) }
  func recordNanoseconds(_ duration: Int64) { series.observe(Double(duration) / 1_000_000_000) }
}
