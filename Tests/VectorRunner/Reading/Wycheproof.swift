// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The shape of Project Wycheproof's files: groups that share a key or a size, and numbered cases in them.
struct Wycheproof {
  /// What is expected of a case.
  enum Verdict: String {
    case valid
    case invalid
    /// Both answers are right; a computed value must be right too.
    case acceptable
  }

  /// One case and the group it stands in.
  struct Case {
    let group: JSONValue
    let test: JSONValue
    let verdict: Verdict

    func hasFlag(_ flag: String) -> Bool {
      (test["flags"]?.elements ?? []).contains(.string(flag))
    }
  }

  let algorithm: String
  let groups: [JSONValue]
  private let declaredCount: JSONValue?

  init?(_ content: JSONValue) {
    guard case .array(let groups) = content["testGroups"] else { return nil }
    self.groups = groups
    algorithm = content["algorithm"]?.text ?? ""
    declaredCount = content["numberOfTests"]
  }

  /// What kind of cases the groups hold ("XdhComp", "AeadTest" …), where the file says so.
  var groupTypes: Set<String> { Set(groups.compactMap { $0["type"]?.text }) }

  /// Runs every case. That there are fewer or more than the file declares is a failure of its own.
  func run(in results: inout FileResults, _ check: (Case) throws -> Void) {
    var count = 0
    for (number, group) in groups.enumerated() {
      for test in group["tests"]?.elements ?? [] {
        count += 1
        results.run(Self.place(group: number + 1, test)) {
          guard let verdict = Verdict(rawValue: try test.string("result")) else {
            throw VectorProblem.malformed("its `result` is none of valid, invalid, acceptable")
          }
          try check(Case(group: group, test: test, verdict: verdict))
        }
      }
    }
    if case .number(let declared) = declaredCount, Int(declared) != count {
      results.fail("file", "declares \(declared) cases and has \(count)")
    }
  }

  private static func place(group: Int, _ test: JSONValue) -> String {
    var place = "group \(group)"
    if case .number(let id) = test["tcId"] { place += ", tcId \(id)" }
    let notes = [test["comment"]?.text ?? ""] + (test["flags"]?.elements ?? []).compactMap(\.text)
    let note = notes.filter { !$0.isEmpty }.joined(separator: ", ")
    return note.isEmpty ? place : place + " (\(note))"
  }
}
