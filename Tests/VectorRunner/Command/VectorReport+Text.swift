// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import VectorRunner

extension VectorReport {
  /// A line for each file, each failure and each reason to skip; then the summary on a line of its own.
  func printText() {
    for file in files {
      let skipped = file.skipped.values.reduce(0, +)
      let counts = "\(file.passed) passed, \(file.failures.count) failed" + (skipped > 0 ? ", \(skipped) skipped" : "")
      print("\(file.file): \(file.topic ?? "unknown"): \(counts)")
      for failure in file.failures { print("  FAILED \(file.file): \(failure.place): \(failure.reason)") }
    }
    for (reason, count) in skipped.sorted(by: { $0.key < $1.key }) { print("skipped \(count): \(reason)") }
    if !foreign.isEmpty { print("not about the core: \(foreign.joined(separator: ", "))") }
    if passed == 0, failed == 0 { print("Nothing was checked, which counts as a failure.") }
    print(summary)
  }
}
