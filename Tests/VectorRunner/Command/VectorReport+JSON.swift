// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import VectorRunner

extension VectorReport {
  /// The results for scripts: totals, and for each file its topic, counts and failures.
  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(Results(self)), as: UTF8.self)
    }
  }
}

private struct Results: Encodable {
  struct File: Encodable {
    struct Failure: Encodable {
      let place: String
      let reason: String
    }
    let file: String
    let topic: String?
    let passed: Int
    let failed: Int
    let skipped: [String: Int]
    let failures: [Failure]
  }
  let passed: Int
  let failed: Int
  let skipped: [String: Int]
  let files: [File]
  let foreign: [String]

  init(_ report: VectorReport) {
    passed = report.passed
    failed = report.failed
    skipped = report.skipped
    foreign = report.foreign
    files = report.files.map { file in
      File(
        file: file.file, topic: file.topic, passed: file.passed, failed: file.failures.count, skipped: file.skipped,
        failures: file.failures.map { .init(place: $0.place, reason: $0.reason) })
    }
  }
}
