// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import ScriptedCrypto

extension Topic {
  static let sessions = Topic(
    "construct/sessions",
    "Construct's sessions in suites 1 to 3: handshake, ratchet and sparse ratchet, through losses and reordering",
    formats: [
      .cases(with: "suite", "alice", "bob", "handshake", "steps") { test in
        let played = try playConversation(test)
        if let difference = difference(between: played, and: test, at: "") { throw VectorProblem.mismatch(difference) }
      }
    ])
}

/// Plays a conversation from its private keys, texts and randomness, and answers it with everything that follows from
/// them. Randomness and prekey signatures that it lacks are made: so a conversation is written down for the first time.
package func playConversation(_ conversation: JSONValue) throws -> JSONValue {
  switch try conversation.integer("suite") as Int {
  case 1: try play(conversation, suite: ClassicSuite<ScriptedProvider>.self)
  case 2: try play(conversation, suite: HybridSuite<ScriptedProvider, HybridLevel3>.self)
  case 3: try play(conversation, suite: HybridSuite<ScriptedProvider, HybridLevel5>.self)
  case let suite: throw VectorProblem.malformed("is of suite \(suite)")
  }
}

private func play<Suite: CipherSuite>(_ conversation: JSONValue, suite: Suite.Type) throws -> JSONValue
where Suite.Provider == ScriptedProvider {
  var player = try ConversationPlayer<Suite>(conversation)
  return try player.play()
}

/// Where two values first differ.
private func difference(between actual: JSONValue, and expected: JSONValue, at place: String) -> String? {
  switch (actual, expected) {
  case (.object(let left), .object(let right)):
    guard left.map(\.key) == right.map(\.key) else {
      return "\(place) has the members \(left.map(\.key)), expected \(right.map(\.key))"
    }
    for (index, member) in left.enumerated() {
      let found = difference(between: member.value, and: right[index].value, at: "\(place)/\(member.key)")
      if let found { return found }
    }
    return nil
  case (.array(let left), .array(let right)):
    guard left.count == right.count else { return "\(place) has \(left.count) elements, expected \(right.count)" }
    for (index, element) in left.enumerated() {
      if let found = difference(between: element, and: right[index], at: "\(place)[\(index)]") { return found }
    }
    return nil
  default: return actual == expected ? nil : "\(place) is \(actual), expected \(expected)"
  }
}
