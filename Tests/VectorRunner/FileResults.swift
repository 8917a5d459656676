// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What came of the cases of one file.
package struct FileResults: Sendable {
  package struct Failure: Hashable, Sendable {
    /// Which case: group and number, list and position, or a name.
    package let place: String
    package let reason: String
  }

  package let file: String
  /// Nil if the file was not recognised, or could not be read.
  package internal(set) var topic: String?
  /// Whether the file is about something that the core has, as far as it could be read.
  var isRecognised = true
  package private(set) var passed = 0
  package private(set) var failures: [Failure] = []
  /// How many cases were left out, by reason.
  package private(set) var skipped: [String: Int] = [:]

  init(file: String) {
    self.file = file
  }

  package var count: Int { passed + failures.count + skipped.values.reduce(0, +) }

  /// Runs one case: it passes unless `body` throws.
  mutating func run(_ place: String, _ body: () throws -> Void) {
    do {
      try body()
      passed += 1
    } catch VectorProblem.skipped(let reason) {
      skipped[reason, default: 0] += 1
    } catch let problem as VectorProblem {
      fail(place, problem.text)
    } catch {
      fail(place, "threw \(error)")
    }
  }

  /// Runs every element of a list as a case of its own.
  mutating func run(_ list: String, _ elements: [JSONValue], _ body: (JSONValue) throws -> Void) {
    for (number, element) in elements.enumerated() {
      let name = element["name"]?.text.map { " (\($0))" } ?? ""
      run("\(list)[\(number)]\(name)") { try body(element) }
    }
  }

  mutating func fail(_ place: String, _ reason: String) {
    failures.append(Failure(place: place, reason: reason))
  }
}
