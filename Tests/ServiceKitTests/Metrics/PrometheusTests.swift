// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import ServiceKit
import Testing

@Suite("Prometheus metrics", .timeLimit(.minutes(3)))
struct PrometheusTests {
  private let factory = PrometheusFactory()

  private var lines: [String] { factory.registry.exposition().split(separator: "\n").map(String.init) }

  @Test("counters count, keep their label sets apart and end in _total")
  func counters() {
    let answered = Counter(label: "construct.requests", dimensions: [("outcome", "answered")], factory: factory)
    let late = Counter(label: "construct.requests", dimensions: [("outcome", "late")], factory: factory)
    answered.increment(by: 41)
    answered.increment()
    late.increment()
    FloatingPointCounter(label: "seconds_total", factory: factory).increment(by: 0.5)
    #expect(
      lines == [
        "# TYPE construct_requests_total counter", #"construct_requests_total{outcome="answered"} 42"#,
        #"construct_requests_total{outcome="late"} 1"#, "# TYPE seconds_total counter", "seconds_total 0.5",
        "# TYPE construct_metrics_refused_total counter", "construct_metrics_refused_total 0",
      ])
  }

  @Test("one series is the same however often it is made and in whatever order its labels stand")
  func identity() {
    for dimensions in [[("a", "1"), ("b", "2")], [("b", "2"), ("a", "1")]] {
      Counter(label: "c", dimensions: dimensions, factory: factory).increment()
    }
    #expect(lines.contains(#"c_total{a="1",b="2"} 2"#))
  }

  @Test("meters and gauges hold their last value")
  func gauges() {
    let meter = Meter(label: "queue-length", factory: factory)
    meter.set(5)
    meter.increment(by: 2.5)
    meter.decrement()
    Gauge(label: "9lives", factory: factory).record(3)
    #expect(lines.contains("queue_length 6.5"))
    #expect(lines.contains("_9lives 3"))
    #expect(lines.contains("# TYPE queue_length gauge"))
  }

  @Test("a timer is a histogram in seconds with cumulative buckets")
  func histogram() {
    let timer = Timer(label: "request.duration", factory: factory)
    timer.recordNanoseconds(1_000_000)
    timer.recordNanoseconds(30_000_000)
    timer.recordNanoseconds(60_000_000_000)
    #expect(lines.contains("# TYPE request_duration_seconds histogram"))
    #expect(lines.contains(#"request_duration_seconds_bucket{le="0.0005"} 0"#))
    #expect(lines.contains(#"request_duration_seconds_bucket{le="0.001"} 1"#))
    #expect(lines.contains(#"request_duration_seconds_bucket{le="0.05"} 2"#))
    #expect(lines.contains(#"request_duration_seconds_bucket{le="10"} 2"#))
    #expect(lines.contains(#"request_duration_seconds_bucket{le="+Inf"} 3"#))
    #expect(lines.contains("request_duration_seconds_sum 60.031"))
    #expect(lines.contains("request_duration_seconds_count 3"))
  }

  @Test("a recorder that aggregates is a histogram of amounts")
  func recorder() {
    Recorder(label: "batch", dimensions: [("q", "a")], factory: factory).record(20)
    #expect(lines.contains(#"batch_bucket{q="a",le="16"} 0"#))
    #expect(lines.contains(#"batch_bucket{q="a",le="64"} 1"#))
  }

  @Test("values of labels are escaped")
  func escaping() {
    Counter(label: "c", dimensions: [("path-name", "a\"b\\c\nd")], factory: factory).increment()
    #expect(lines.contains(#"c_total{path_name="a\"b\\c\nd"} 1"#))
  }

  @Test("label sets beyond the bound cost themselves and are counted")
  func bound() {
    let registry = MetricRegistry(maximumFamilies: 2, maximumSeries: 3)
    let factory = PrometheusFactory(registry: registry)
    for number in 0..<10 {
      Counter(label: "c", dimensions: [("id", "\(number)")], factory: factory).increment()
    }
    Counter(label: "d", factory: factory).increment()
    Counter(label: "e", factory: factory).increment()
    Meter(label: "c.total", factory: factory).set(1)
    let text = registry.exposition()
    #expect(text.split(separator: "\n").count { $0.hasPrefix("c_total{") } == 3)
    #expect(text.contains("d_total 1\n"))
    #expect(!text.contains("e_total"))
    #expect(text.contains("construct_metrics_refused_total 9\n"))
  }

  @Test("a metric that is destroyed is gone, and a new one begins at nothing")
  func destroy() {
    let counter = Counter(label: "c", factory: factory)
    counter.increment(by: 5)
    counter.destroy()
    #expect(!factory.registry.exposition().contains("c_total"))
    Counter(label: "c", factory: factory).increment()
    #expect(lines.contains("c_total 1"))
  }
}
