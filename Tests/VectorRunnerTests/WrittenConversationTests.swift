// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import VectorRunner

/// The conversations that `Tests/Vectors/construct/sessions.json` has. `CONSTRUCT_WRITE_VECTORS=1` plays them again and
/// writes the file: what then has changed is a change of the protocol.
@Suite("Conversations", .serialized)
struct WrittenConversationTests {
  private static let location = Vectors.folder.appending(path: "construct/sessions.json")

  @Test("the file has every conversation that is scripted, and as they are scripted")
  func file() throws {
    if ProcessInfo.processInfo.environment["CONSTRUCT_WRITE_VECTORS"] == "1" {
      let cases = try Conversation.all.map { try playConversation($0.content) }
      let content = JSONValue.object([JSONValue.Member("cases", .array(cases))])
      try Data(content.prettyText.utf8).write(to: Self.location)
    }
    let written = try VectorFile(at: Self.location).content["cases"]?.elements ?? []
    #expect(written.count == Conversation.all.count)
    for (conversation, written) in zip(Conversation.all, written) {
      #expect(Self.isContained(conversation.content, in: written), "\(conversation.name)")
    }
  }

  @Test("what is lost, late, repeated or reordered is in them, and the sparse ratchet comes to a new epoch")
  func coverage() throws {
    let written = try VectorFile(at: Self.location).content["cases"]?.elements ?? []
    for conversation in written {
      let steps = conversation["steps"]?.elements ?? []
      #expect(steps.contains { $0["action"] == .string("lose") })
      #expect(steps.contains { $0["refused"] == .string("duplicateMessage") })
    }
    // The sparse header stands behind prefix, tag, ratchet key, PN, N and its own length.
    let epochs = written.filter { $0["suite"] == .number("2") }.map { conversation in
      (conversation["steps"]?.elements ?? []).compactMap { step -> UInt8? in
        guard let bytes = step["bytes"]?.text.flatMap(hexadecimal), bytes[1] == 2 else { return nil }
        return Self.epoch(of: Array(bytes[(3 + 8 + 32 + 8 + 2)...]))
      }.max() ?? 0
    }
    #expect(epochs.max() ?? 0 >= 2)
  }

  /// A number of 7 bits for each byte (docs/protocol.md, "Sparse ratchet"), small here, behind the version.
  private static func epoch(of header: [UInt8]) -> UInt8 { header[1] }

  /// Whether every member of `script` is in `written`.
  private static func isContained(_ script: JSONValue, in written: JSONValue) -> Bool {
    switch (script, written) {
    case (.object(let members), .object):
      members.allSatisfy { member in written[member.key].map { isContained(member.value, in: $0) } ?? false }
    case (.array(let left), .array(let right)):
      left.count == right.count && zip(left, right).allSatisfy { isContained($0, in: $1) }
    default: script == written
    }
  }
}
