// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// docs/metrics.md against the sources: a metric that is kept is documented, and the other way round.
@Suite("Metrics reference")
struct MetricsReferenceTests {
  private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// By the type that stands before the name, with the ending that the page shows.
  private static func kept() throws -> Set<String> {
    var names: Set<String> = []
    for folder in ["Services", "Shared/ServiceKit"] {
      let files = try #require(
        FileManager.default.enumerator(at: repository.appending(path: folder), includingPropertiesForKeys: nil))
      for case let file as URL in files where file.pathExtension == "swift" {
        let text = try String(contentsOf: file, encoding: .utf8)
        let made = #/(Counter|Timer|Gauge|Meter|Recorder|FrameCounters)\(\s*(?:label: )?"(construct_[a-z_]+)"/#
        for match in text.matches(of: made) {
          let ending = ["Counter": "_total", "FrameCounters": "_total", "Timer": "_seconds"][String(match.1)] ?? ""
          names.insert(String(match.2) + ending)
        }
        for match in text.matches(of: #/text\.put\("(construct_[a-z_]+)"/#) { names.insert(String(match.1)) }
      }
    }
    return names
  }

  @Test("every metric that is kept stands in docs/metrics.md, and none that is not")
  func complete() throws {
    let page = try String(contentsOf: Self.repository.appending(path: "docs/metrics.md"), encoding: .utf8)
    let documented = Set(page.matches(of: #/\| `(construct_[a-z_]+)` \|/#).map { String($0.1) })
    let kept = try Self.kept()
    #expect(kept.subtracting(documented) == [])
    #expect(documented.subtracting(kept) == [])
    #expect(kept.count > 30)
  }
}
