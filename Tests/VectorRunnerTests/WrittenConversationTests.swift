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

  @Test("what is lost, late, repeated or reordered is in them")
  func coverage() throws {
    let written = try VectorFile(at: Self.location).content["cases"]?.elements ?? []
    for conversation in written {
      let steps = conversation["steps"]?.elements ?? []
      #expect(steps.contains { $0["action"] == .string("lose") })
      #expect(steps.contains { $0["refused"] == .string("duplicateMessage") })
      #expect(steps.filter { $0["action"] == .string("send") }.allSatisfy { $0["stored"] != nil })
    }
  }

  @Test("whole epochs of the sparse ratchet are in them, with every type of message", arguments: [(2, 2), (3, 1)])
  func sparseRatchet(suite: Int, epochs: Int) throws {
    let written = try VectorFile(at: Self.location).content["cases"]?.elements ?? []
    var types: [Int: Set<UInt8>] = [:]
    for conversation in written where conversation["suite"] == .number("\(suite)") {
      for step in conversation["steps"]?.elements ?? [] {
        guard let bytes = step["bytes"]?.text.flatMap(hexadecimal), bytes[1] == 2 else { continue }
        // Behind prefix, tag, ratchet key, PN, N, the header's own length and its version.
        let header = Self.sparseHeader(bytes.dropFirst(3 + 8 + 32 + 8 + 2 + 1))
        types[header.epoch, default: []].insert(header.type)
      }
    }
    for epoch in 1...epochs { #expect(types[epoch] == Set(0...6)) }
    #expect(types[epochs + 1] != nil)
  }

  /// docs/protocol.md, section 17.4: the epoch and the type, which stand before and behind the key's number.
  private static func sparseHeader(_ bytes: ArraySlice<UInt8>) -> (epoch: Int, type: UInt8) {
    var rest = bytes
    func number() -> Int {
      var (value, shift) = (0, 0)
      while let byte = rest.popFirst() {
        value |= Int(byte & 0x7F) << shift
        if byte < 0x80 { break }
        shift += 7
      }
      return value
    }
    let epoch = number()
    _ = number()
    return (epoch, rest.first ?? .max)
  }

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
