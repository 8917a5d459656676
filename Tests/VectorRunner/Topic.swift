// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// An algorithm or protocol whose vectors can be run. A topic is one file in `Topics/` and one line in `Topic.all`.
package struct Topic: Sendable {
  package let name: String
  /// What is checked, for `--list`.
  package let summary: String
  let formats: [VectorFormat]

  init(_ name: String, _ summary: String, formats: [VectorFormat]) {
    self.name = name
    self.summary = summary
    self.formats = formats
  }
}

/// One layout of files: how it is told from others, and how its cases are run.
struct VectorFormat: Sendable {
  /// Decides by the content; the name is there for layouts that do not say what they are.
  let recognises: @Sendable (VectorFile) -> Bool
  let run: @Sendable (JSONValue, inout FileResults) throws -> Void

  /// A Wycheproof file with groups of this type, whose algorithm fits. A file that names no algorithm is told by its
  /// own name.
  static func wycheproof(
    _ groupTypes: String..., algorithm fits: @escaping @Sendable (String) -> Bool,
    check: @escaping @Sendable (Wycheproof.Case, Wycheproof) throws -> Void
  ) -> VectorFormat {
    VectorFormat { file in
      guard let content = Wycheproof(file.content) else { return false }
      let types = content.groupTypes
      guard types.isEmpty || !types.isDisjoint(with: groupTypes) else { return false }
      return fits(content.algorithm.isEmpty ? algorithm(named: file.name) : content.algorithm)
    } run: { content, results in
      guard let content = Wycheproof(content) else { return }
      content.run(in: &results) { try check($0, content) }
    }
  }

  /// A file whose `cases`, or whose whole content, is a list of objects with these members.
  static func cases(
    with members: String..., check: @escaping @Sendable (JSONValue) throws -> Void
  ) -> VectorFormat {
    VectorFormat { file in
      cases(of: file.content).first?.has(members) ?? false
    } run: { content, results in
      results.run("cases", cases(of: content), check)
    }
  }

  /// A file with several lists, at least one of these; each entry is a case.
  static func lists(
    _ checks: [(name: String, members: [String], check: @Sendable (JSONValue) throws -> Void)]
  ) -> VectorFormat {
    VectorFormat { file in
      checks.contains { name, members, _ in file.content[name]?.elements.first?.has(members) ?? false }
    } run: { content, results in
      for (name, _, check) in checks { results.run(name, content[name]?.elements ?? [], check) }
    }
  }

  /// The same layout, but for files that are of another one as well.
  func unless(_ isOther: @escaping @Sendable (JSONValue) -> Bool) -> VectorFormat {
    VectorFormat(recognises: { recognises($0) && !isOther($0.content) }, run: run)
  }

  /// The same layout with more in it than lists.
  func and(_ more: @escaping @Sendable (JSONValue, inout FileResults) throws -> Void) -> VectorFormat {
    VectorFormat(recognises: recognises) { content, results in
      try run(content, &results)
      try more(content, &results)
    }
  }

  private static func cases(of content: JSONValue) -> [JSONValue] {
    if case .array(let cases) = content { return cases }
    return content["cases"]?.elements ?? []
  }

  /// The last part of a path, as Wycheproof would write an algorithm: `x25519_test.json` is "X25519-TEST.JSON".
  private static func algorithm(named path: String) -> String {
    (path.split(separator: "/").last ?? "").uppercased().split(separator: "_").joined(separator: "-")
  }
}
