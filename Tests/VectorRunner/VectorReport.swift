// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What came of all files of a run.
package struct VectorReport: Sendable {
  package private(set) var files: [FileResults] = []

  /// Files of folders that are about something else than the core.
  package private(set) var foreign: [String] = []

  /// Runs the files that the paths name. What cannot be read, has no cases, or was named and is not recognised, is a
  /// failure; what a folder has beside is told.
  package init(running paths: [String]) {
    do {
      for location in try VectorFile.locations(paths) {
        let results = Self.results(at: location.url)
        if results.isRecognised || location.isNamed { files.append(results) } else { foreign.append(results.file) }
      }
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

  /// Whether something was checked, and nothing failed.
  package var isSuccess: Bool { passed > 0 && failed == 0 }

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
    results.isRecognised = false
    results.fail("file", "is of no topic or layout that this program knows; `--list` names them")
    return results
  }
}
