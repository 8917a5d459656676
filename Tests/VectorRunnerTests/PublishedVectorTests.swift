// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import VectorRunner

/// Where the vectors are: `Tests/Vectors/<topic>/<name>.json`.
enum Vectors {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Vectors")

  static func file(_ name: String) throws -> VectorFile {
    try VectorFile(at: folder.appending(path: name))
  }
}

@Suite("Published vectors")
struct PublishedVectorTests {
  struct Expectation: Sendable, CustomTestStringConvertible {
    let file: String
    let topic: String
    let passed: Int
    var skipped = 0

    var testDescription: String { file }
  }

  static let files = [
    Expectation(file: "chacha20-poly1305/chacha20_poly1305_test.json", topic: "chacha20-poly1305", passed: 163),
    Expectation(file: "chacha20-poly1305/rfc8439.json", topic: "chacha20-poly1305", passed: 1),
    Expectation(file: "construct/attachments.json", topic: "construct/attachments", passed: 2),
    Expectation(file: "construct/backups.json", topic: "construct/backups", passed: 1),
    Expectation(file: "construct/sealed_sender.json", topic: "construct/sealed-sender", passed: 2),
    Expectation(file: "construct/sender_keys.json", topic: "construct/sender-keys", passed: 1),
    Expectation(file: "construct/sessions.json", topic: "construct/sessions", passed: 6),
    Expectation(file: "double-ratchet/kdf_steps.json", topic: "double-ratchet", passed: 18),
    Expectation(file: "double-ratchet/signal_v3_sessions.json", topic: "double-ratchet", passed: 2),
    Expectation(file: "double-ratchet/transcripts_aescbc_hmac.json", topic: "double-ratchet", passed: 5),
    Expectation(file: "double-ratchet/transcripts_chacha20poly1305.json", topic: "double-ratchet", passed: 5),
    Expectation(file: "ed25519/cctv_edge_cases.json", topic: "ed25519", passed: 454),
    Expectation(file: "ed25519/ed25519_test.json", topic: "ed25519", passed: 76),
    Expectation(file: "ed25519/rfc8032.json", topic: "ed25519", passed: 4),
    Expectation(file: "ed25519/sign_supercop.json", topic: "ed25519", passed: 66),
    Expectation(file: "ed25519/speccheck.json", topic: "ed25519", passed: 12),
    Expectation(file: "hkdf/hkdf_sha256_test.json", topic: "hkdf", passed: 43),
    Expectation(file: "hkdf/hkdf_sha512_test.json", topic: "hkdf", passed: 42),
    Expectation(file: "hkdf/rfc5869_sha256.json", topic: "hkdf", passed: 3),
    Expectation(file: "hmac/hmac_sha256_test.json", topic: "hmac", passed: 87),
    Expectation(file: "hmac/hmac_sha512_test.json", topic: "hmac", passed: 87),
    Expectation(file: "hmac/rfc4231.json", topic: "hmac", passed: 7),
    Expectation(file: "hpke/hpke_pq_draft.json", topic: "hpke", passed: 1),
    Expectation(file: "hpke/rfc9180_dhkem_x25519.json", topic: "hpke", passed: 4),
    Expectation(file: "ml-dsa/mldsa_65_sign_seed_test.json", topic: "ml-dsa", passed: 20),
    Expectation(file: "ml-dsa/mldsa_65_verify_test.json", topic: "ml-dsa", passed: 33),
    Expectation(file: "ml-dsa/mldsa_87_sign_seed_test.json", topic: "ml-dsa", passed: 18),
    Expectation(file: "ml-dsa/mldsa_87_verify_test.json", topic: "ml-dsa", passed: 34),
    Expectation(file: "ml-dsa/nist_keygen_65.json", topic: "ml-dsa", passed: 13),
    Expectation(file: "ml-dsa/nist_keygen_87.json", topic: "ml-dsa", passed: 13),
    Expectation(file: "ml-kem/accumulated.json", topic: "ml-kem", passed: 2, skipped: 1),
    Expectation(file: "ml-kem/cctv_intermediate_1024.json", topic: "ml-kem", passed: 1),
    Expectation(file: "ml-kem/cctv_intermediate_768.json", topic: "ml-kem", passed: 1),
    Expectation(file: "ml-kem/cctv_special.json", topic: "ml-kem", passed: 26, skipped: 16),
    Expectation(file: "ml-kem/mlkem_1024_encaps_test.json", topic: "ml-kem", passed: 135),
    Expectation(file: "ml-kem/mlkem_1024_keygen_seed_test.json", topic: "ml-kem", passed: 20),
    Expectation(file: "ml-kem/mlkem_1024_test.json", topic: "ml-kem", passed: 37),
    Expectation(file: "ml-kem/mlkem_768_encaps_test.json", topic: "ml-kem", passed: 133),
    Expectation(file: "ml-kem/mlkem_768_keygen_seed_test.json", topic: "ml-kem", passed: 20),
    Expectation(file: "ml-kem/mlkem_768_test.json", topic: "ml-kem", passed: 37),
    Expectation(file: "msgpack/computed_nested.json", topic: "msgpack", passed: 30),
    Expectation(file: "msgpack/msgpack-test-suite.json", topic: "msgpack", passed: 63),
    Expectation(file: "pqxdh/pqxdh_mlkem1024.json", topic: "pqxdh", passed: 4),
    Expectation(file: "pqxdh/pqxdh_mlkem768.json", topic: "pqxdh", passed: 4),
    Expectation(file: "safety-number/safety_number.json", topic: "safety-number", passed: 6),
    Expectation(file: "sender-keys/sender_keys.json", topic: "construct/sender-keys", passed: 3),
    Expectation(file: "spqr/building_blocks.json", topic: "spqr", passed: 74),
    Expectation(file: "spqr/transcripts.json", topic: "spqr", passed: 2),
    Expectation(file: "x-wing/xwing.json", topic: "x-wing", passed: 3),
    Expectation(file: "x25519/rfc7748.json", topic: "x25519", passed: 5),
    Expectation(file: "x25519/x25519_test.json", topic: "x25519", passed: 260),
    Expectation(file: "x3dh/x3dh.json", topic: "x3dh", passed: 6),
  ]

  @Test("every case of the file passes, and as many as the file has", arguments: files)
  func passes(_ expected: Expectation) throws {
    let results = VectorReport.results(of: try Vectors.file(expected.file))
    #expect(results.failures == [])
    #expect(results.topic == expected.topic)
    #expect(results.passed == expected.passed)
    #expect(results.skipped.values.reduce(0, +) == expected.skipped)
  }

  @Test("CCTV's signatures and the drafts' HPKE are read in the form that they are published in, too")
  func originalForms() throws {
    let signatures = try Vectors.file("ed25519/cctv_edge_cases.json").content["cases"]?.elements ?? []
    let bare = VectorFile(name: "ed25519vectors.json", content: .array(signatures.map { $0.removing("expect") }))
    #expect(VectorReport.results(of: bare).passed == signatures.count)
    let hpke = try Vectors.file("hpke/hpke_pq_draft.json").content["cases"]?.elements ?? []
    let unnumbered = hpke.map { test in
      test.replacing("encryptions", with: .array((test["encryptions"]?.elements ?? []).map { $0.removing("seq") }))
    }
    let file = VectorFile(name: "hpke.json", content: .object([JSONValue.Member("cases", .array(unnumbered))]))
    #expect(VectorReport.results(of: file).failures == [])
    #expect(VectorReport.results(of: file).passed == 1)
  }

  @Test("no file and no topic is left out")
  func complete() throws {
    let found = try VectorFile.locations([Vectors.folder.path(percentEncoded: false)])
    let names = found.map { $0.url.pathComponents.suffix(2).joined(separator: "/") }
    #expect(names == Self.files.map(\.file).sorted())
    #expect(Set(Self.files.map(\.topic)) == Set(Topic.all.map(\.name)))
  }
}
