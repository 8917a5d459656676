// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What came of all files of a run.
package struct VectorReport: Sendable {
  package private(set) var files: [FileResults] = []

  /// Runs the files that the paths name. What cannot be read or recognised, or has no cases, is a failure.
  package init(running paths: [String]) {
    do {
      for location in try VectorFile.locations(paths) { files.append(Self.results(at: location)) }
    } catch {
      var results = FileResults(file: paths.joined(separator: " "))
      results.fail("file", error.text)
      files.append(results)
    }
  }

  package var passed: Int { files.reduce(0) { $0 + $1.passed } }
  package var failed: Int { files.reduce(0) { $0 + $1.failures.count } }
  package var skipped: [String: Int] {
    files.reduce(into: [:]) { $0.merge($1.skipped, uniquingKeysWith: +) }
  }

  /// The line a run ends with.
  package var summary: String {
    let skipped = skipped.values.reduce(0, +)
    return "\(passed) passed, \(failed) failed" + (skipped > 0 ? ", \(skipped) skipped" : "")
  }

  private static func results(at location: URL) -> FileResults {
    do {
      return results(of: try VectorFile(at: location))
    } catch {
      var results = FileResults(file: location.relativePath)
      results.fail("file", error.text)
      return results
    }
  }

  /// Runs the cases of one file.
  package static func results(of file: VectorFile) -> FileResults {
    var results = FileResults(file: file.name)
    for topic in Topic.all {
      guard let format = topic.formats.first(where: { $0.recognises(file) }) else { continue }
      results.topic = topic.name
      do {
        try format.run(file.content, &results)
      } catch let problem as VectorProblem {
        results.fail("file", problem.text)
      } catch {
        results.fail("file", "threw \(error)")
      }
      if results.count == 0 { results.fail("file", "has no cases") }
      return results
    }
    results.fail("file", "is of no topic or layout that this program knows; `--list` names them")
    return results
  }
}
