// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import VectorRunner

/// Whether the cases really depend on what their files say.
@Suite("A flipped bit")
struct MutationTests {
  /// Fields that are there for readers, or that no code of ours computes. All others must make a case fail when changed.
  static let uncheckedFields: [String: Set<String>] = [
    "chacha20-poly1305": wycheproof.union(["testGroups/tagSize"]),
    // Steps within a derivation whose result is checked.
    "construct/backups": ["cases/streamKey", "cases/textSize"],
    // The changed headers are wrong before and after; Signal's wire format and AES-CBC are not ours.
    "double-ratchet": [
      "sessions/steps/ciphertext", "sessions/steps/signalMessage", "transcripts/steps/headerBytes",
    ],
    "ed25519": wycheproof.union([
      "cases/accepts/cryptokit", "cases/accepts/dalek_strict", "cases/accepts/libsodium", "cases/expect/strict",
      "cases/expect/zip215", "cases/line", "cases/number", "total",
    ]),
    "hkdf": wycheproof,
    // Another algorithm is skipped, and X-Wing's keys come from seeds, not from `ikmR`; the others are steps within the key schedule.
    "hpke": [
      "cases/aead_id", "cases/kdf_id", "cases/kem_id", "cases/key_schedule_context", "cases/secret",
    ],
    "ml-dsa": wycheproof.union(["testGroups/tests/mu"]),
    // A key that is refused is refused with another bit as well; expanded private keys are not ours.
    "ml-kem": wycheproof.union([
      "decapsulate/K", "decapsulate/c", "decapsulate/dk", "encapsulate/dk", "invalidEncapsulationKeys/ek",
    ]),
    "hmac": wycheproof.union(["cases/hmac_sha384"]),
    // The QR code of libsignal is a protobuf.
    "safety-number": ["cases/scannable", "cases/version"],
    // The first message has one chunk, and all that are derived from it are the same, whatever their index.
    "spqr": ["erasureCode/chunks/index"],
    "x25519": wycheproof,
    // Our associated data is the session transcript's, and our prekeys are signed with Ed25519.
    "x3dh": [
      "cases/associatedData", "cases/bob/signedPreKeySignature/random", "cases/bob/signedPreKeySignature/xeddsa",
    ],
  ]

  /// libsignal's messages to groups, which are not ours.
  private static let signalGroupFormat: Set<String> = Set(
    [
      "chainId", "distributionMessage", "signingPrivate", "signingPublic", "messages/ciphertext", "messages/plaintext",
      "messages/random", "messages/senderKeyMessage", "messages/signature",
    ].map { "chains/" + $0 })

  private static let wycheproof: Set<String> = [
    "testGroups/ivSize", "testGroups/keySize", "testGroups/publicKey/keySize", "testGroups/publicKeyDer",
    "testGroups/tests/tcId",
  ]

  @Test(
    "in any field of any file makes a case fail, but in those that are listed",
    arguments: PublishedVectorTests.files.filter { $0.passed > 0 })
  func everyField(_ expected: PublishedVectorTests.Expectation) throws {
    let file = try Vectors.file(expected.file)
    let original = VectorFile(name: file.name, content: file.content.abridged())
    #expect(VectorReport.results(of: original).failures == [])
    var unnoticed: Set<String> = []
    for (field, places) in original.content.leaves() {
      let isNoticed = places.prefix(4).contains { place in
        let changed = VectorFile(name: file.name, content: original.content.flipped(at: place[...]))
        return !VectorReport.results(of: changed).failures.isEmpty
      }
      if !isNoticed { unnoticed.insert(field) }
    }
    let fields = Set(original.content.leaves().keys)
    // Transcripts with ciphertexts of a cipher that we have are compared with them.
    let more: Set<String> =
      switch expected.file {
      case "double-ratchet/transcripts_aescbc_hmac.json": ["transcripts/steps/ciphertext"]
      case "sender-keys/sender_keys.json": Self.signalGroupFormat
      case "hpke/hpke_pq_draft.json": ["cases/ikmR", "cases/suite_id"]
      default: []
      }
    let unchecked = Self.uncheckedFields[expected.topic, default: []].union(more)
    #expect(unnoticed == unchecked.intersection(fields))
  }
}

/// Whether what a file expects of a case decides what passes. Wycheproof's files say it in `result`.
@Suite("A verdict")
struct VerdictTests {
  static let files = PublishedVectorTests.files.map(\.file).filter { $0.hasSuffix("_test.json") }

  @Test("that is turned round makes every case fail", arguments: files)
  func inverted(_ name: String) throws {
    let content = try Vectors.file(name).content
    let decided = content.cases { ["valid", "invalid"].contains($0["result"]?.text) ? $0 : nil }
    let original = VectorReport.results(of: VectorFile(name: name, content: decided))
    #expect(original.failures == [] && original.passed > 0)
    let inverted = decided.cases { $0.replacing("result", with: $0["result"]?.text == "valid" ? "invalid" : "valid") }
    let results = VectorReport.results(of: VectorFile(name: name, content: inverted))
    #expect(results.passed == 0 && results.failures.count >= original.passed)
  }

  @Test("of validity does not cover a value that was cut", arguments: files)
  func cut(_ name: String) throws {
    let content = try Vectors.file(name).content
    let fields = [
      "ct", "ek", "K", "c", "m", "iv", "ikm", "key", "msg", "okm", "private", "public", "seed", "shared", "sig", "tag",
    ]
    var failures = 0
    for field in fields {
      // One byte less of each; what is empty, or not there, says nothing.
      let cut = content.cases { test -> JSONValue? in
        guard test["result"] == .string("valid"), let bytes = hexadecimal(test[field]?.text ?? ""), bytes.count > 1
        else { return nil }
        return test.replacing(field, with: hexadecimal(bytes.dropLast()))
      }
      let results = VectorReport.results(of: VectorFile(name: name, content: cut))
      #expect(results.passed == 0, "\(field)")
      if cut["testGroups"]?.elements.isEmpty == false { failures += results.failures.count }
    }
    #expect(failures > 0)
  }

  @Test("on keys of the wrong length is believed in neither direction", arguments: ["valid", "invalid"])
  func lengths(_ verdict: String) throws {
    let isRefused = verdict == "invalid"
    func passed(_ name: String, _ change: (JSONValue) -> JSONValue, group: (JSONValue) -> JSONValue = { $0 }) throws
      -> Int
    {
      var isFirst = true
      let content = try Vectors.file(name).content.cases(inGroups: group) { test in
        guard isFirst, test["result"] == .string("valid") else { return nil }
        isFirst = false
        return change(test).replacing("result", with: verdict)
      }
      return VectorReport.results(of: VectorFile(name: name, content: content)).passed
    }
    let cut = { (field: String) in
      { (value: JSONValue) in
        value.replacing(field, with: hexadecimal((hexadecimal(value[field]?.text ?? "") ?? []).dropLast()))
      }
    }
    #expect(try passed("x25519/x25519_test.json", cut("public")) == (isRefused ? 1 : 0))
    #expect(try passed("x25519/x25519_test.json", cut("private")) == (isRefused ? 1 : 0))
    #expect(try passed("ml-kem/mlkem_768_keygen_seed_test.json", cut("seed")) == (isRefused ? 1 : 0))
    #expect(try passed("ml-kem/mlkem_768_test.json", cut("seed")) == (isRefused ? 1 : 0))
    #expect(
      try passed("ml-dsa/mldsa_65_sign_seed_test.json", { $0 }, group: cut("privateSeed")) == (isRefused ? 1 : 0))
  }
}

extension JSONValue {
  /// A Wycheproof file with other cases: nil leaves one out, and groups without any go.
  fileprivate func cases(
    inGroups changeGroup: (JSONValue) -> JSONValue = { $0 }, _ change: (JSONValue) -> JSONValue?
  ) -> JSONValue {
    let groups = (self["testGroups"]?.elements ?? []).compactMap { group -> JSONValue? in
      let tests = (group["tests"]?.elements ?? []).compactMap(change)
      return tests.isEmpty ? nil : changeGroup(group).replacing("tests", with: .array(tests))
    }
    return removing("numberOfTests").replacing("testGroups", with: .array(groups))
  }

  fileprivate func replacing(_ name: String, with text: String) -> JSONValue { replacing(name, with: .string(text)) }

  func replacing(_ name: String, with value: JSONValue) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members.map { $0.key == name ? Member(name, value) : $0 })
  }

  func removing(_ name: String) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members.filter { $0.key != name })
  }

  /// A few cases of each list, accepted ones if there are any; all steps of a transcript. Left out is what is for readers,
  /// and the number of cases that a Wycheproof file declares, which is then wrong.
  fileprivate func abridged() -> JSONValue {
    switch self {
    case .array(let elements):
      guard case .object? = elements.first else { return self }
      let accepted = elements.filter(\.isAccepted)
      return .array((accepted.isEmpty ? elements : accepted).prefix(4).map { $0.abridged() })
    case .object(let members):
      return .object(
        members.filter { !["ciphertextBytes", "notes", "numberOfTests", "reducedFrom", "source"].contains($0.key) }
          .map { ["skipped", "steps"].contains($0.key) ? $0 : Member($0.key, $0.value.abridged()) })
    default: return self
    }
  }

  private var isAccepted: Bool {
    if let function = self["kdf_id"], let cipher = self["aead_id"] {
      return function == .number("1") && [.number("3"), .number("65535")].contains(cipher)
    }
    if let tests = self["tests"]?.elements { return tests.contains(where: \.isAccepted) }
    return self["result"] != .string("invalid") && self["expect"]?["cofactorless"] != .bool(false)
      && self["accepts"]?["boringssl"] != .bool(false)
  }

  /// All values that can be changed, as paths of member names and indices, by their names alone.
  fileprivate func leaves() -> [String: [[String]]] {
    var leaves: [String: [[String]]] = [:]
    collect(into: &leaves, path: [], name: [])
    return leaves
  }

  private func collect(into leaves: inout [String: [[String]]], path: [String], name: [String]) {
    switch self {
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        element.collect(into: &leaves, path: path + ["\(index)"], name: name)
      }
    case .object(let members):
      for member in members {
        member.value.collect(into: &leaves, path: path + [member.key], name: name + [member.key])
      }
    case .string(let text) where hexadecimal(text)?.isEmpty ?? true: break
    case .null: break
    default: leaves[name.joined(separator: "/"), default: []].append(path)
    }
  }

  /// The value with the leaf at `path` changed: one bit within bytes, a number by 8, a truth to its contrary.
  /// Of lists of independent cases only the case with the change is left.
  fileprivate func flipped(at path: ArraySlice<String>, isListOfCases: Bool = false) -> JSONValue {
    switch self {
    case .array(var elements):
      guard let first = path.first, let index = Int(first) else { return self }
      elements[index] = elements[index].flipped(at: path.dropFirst())
      return .array(isListOfCases ? [elements[index]] : elements)
    case .object(let members):
      guard let first = path.first else { return self }
      let isListOfCases = ["cases", "sessions", "testGroups", "tests", "transcripts"].contains(first)
      return .object(
        members.map { member in
          guard member.key == first else { return member }
          return Member(first, member.value.flipped(at: path.dropFirst(), isListOfCases: isListOfCases))
        })
    case .string(let text):
      guard var bytes = hexadecimal(text) else { return self }
      // Not at the ends, where X25519 ignores bits, nor in the second half, which ML-KEM's public keys do not depend on.
      bytes[bytes.count / 3] ^= 1
      return .string(hexadecimal(bytes))
    case .number(let digits): return .number("\((Int(digits) ?? 0) + 8)")
    case .bool(let bool): return .bool(!bool)
    case .null: return self
    }
  }
}
