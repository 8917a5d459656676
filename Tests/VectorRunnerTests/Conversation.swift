// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import VectorRunner

/// A scripted conversation of Alice and Bob: their private keys, and who says and receives what.
struct Conversation {
  private typealias Member = JSONValue.Member

  /// The prekeys that the bundle has beside the signed one.
  enum FourthPreKey: String {
    case oneTime, lastResort, none
  }

  let name: String
  let suite: Int
  let fourth: FourthPreKey
  private var steps: [JSONValue] = []
  private var counter = 0

  /// In each suite a long conversation, and short ones with the other kinds of bundle.
  static let all: [Conversation] = (1...3).flatMap { suite in
    // Long enough for two epochs of the sparse ratchet, so that both sides have had both parts; in suite 3, whose epochs
    // have more chunks, for one.
    let rounds = [1: 6, 2: 92, 3: 72][suite] ?? 6
    return [
      Conversation(suite: suite, fourth: .oneTime, rounds: rounds),
      Conversation(suite: suite, fourth: suite == 2 ? .none : .lastResort, rounds: 1),
    ]
  }

  private init(suite: Int, fourth: FourthPreKey, rounds: Int) {
    name = "suite \(suite), \(fourth.rawValue) prekey"
    self.suite = suite
    self.fourth = fourth
    begin()
    for round in 0..<rounds { self.round(round) }
  }

  /// Two initial messages, the second of which comes first and the first twice, and an answer.
  private mutating func begin() {
    let (first, second) = (send("alice"), send("alice"))
    receive(second, "bob")
    receive(first, "bob")
    receive(first, "bob")
    receive(send("bob"), "alice")
  }

  /// There and back; in some rounds a message is lost, or comes after the sender's next chain has begun.
  private mutating func round(_ number: Int) {
    var late: String?
    switch number % 7 {
    case 0: step("lose", send("alice"))
    case 3: late = send("alice")
    default: break
    }
    receive(send("alice"), "bob")
    receive(send("bob"), "alice")
    receive(send("alice"), "bob")
    if let late { receive(late, "bob") }
    if number % 5 == 4 {
      let (lost, arrived) = (send("bob"), send("bob"))
      step("lose", lost)
      receive(arrived, "alice")
    }
  }

  private mutating func send(_ name: String) -> String {
    counter += 1
    let message = "message \(counter)"
    let text = counter % 9 == 2 ? "" : "\(name) says number \(counter)"
    steps.append(
      .object([
        Member("by", .string(name)), Member("action", .string("send")), Member("message", .string(message)),
        Member("text", .string(text)),
      ]))
    return message
  }

  private mutating func receive(_ message: String, _ name: String) {
    step("receive", message, by: name)
  }

  private mutating func step(_ action: String, _ message: String, by name: String? = nil) {
    steps.append(
      .object(
        (name.map { [Member("by", .string($0))] } ?? [])
          + [Member("action", .string(action)), Member("message", .string(message))]))
  }

  var content: JSONValue {
    var bob = device("bob", number: 2)
    bob.append(Member("signedPreKey", preKey("signed", id: 5)))
    switch fourth {
    case .oneTime: bob.append(Member("oneTimePreKey", preKey("one-time", id: 70_000)))
    case .lastResort: bob.append(Member("lastResortPreKey", preKey("last-resort", id: 9)))
    case .none: break
    }
    return .object([
      Member("name", .string(name)), Member("suite", .number("\(suite)")),
      Member("alice", .object(device("alice", number: 1))), Member("bob", .object(bob)),
      Member("steps", .array(steps)),
    ])
  }

  private func device(_ owner: String, number: Int) -> [Member] {
    let isHybrid = suite > 1
    return [
      bytes("account", owner, 16), Member("device", .number("\(number)")),
      bytes("rootPrivate", owner, isHybrid ? 64 : 32),
      // Ed25519 ‖ ML-DSA ‖ X25519 ‖ ML-KEM
      bytes("identityPrivate", owner, isHybrid ? 64 + 32 + 64 : 64),
    ]
  }

  private func preKey(_ kind: String, id: Int) -> JSONValue {
    .object([Member("id", .number("\(id)")), bytes("private", kind, suite > 1 ? 96 : 32)])
  }

  private func bytes(_ key: String, _ owner: String, _ count: Int) -> Member {
    Member(key, .string(hexadecimal(fixed("\(name), \(owner) \(key)", count))))
  }
}
