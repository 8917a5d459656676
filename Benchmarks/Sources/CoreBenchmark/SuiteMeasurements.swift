// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

/// What the operations of one suite cost, and how long what it sends is.
struct SuiteMeasurements<Suite: CipherSuite> {
  let primitives: Primitives
  private let text = [UInt8](repeating: 0x61, count: 256)
  private var isHybrid: Bool { Suite.Sparse.headerLimit > 0 }

  func times() throws -> [Measurement] {
    var results: [Measurement] = []
    let pair = try Pair<Suite>()
    let bundle = try pair.bob.bundle()
    results.append(
      try .measure("verify bundle", by: primitives.x25519) { _ in
        _ = try bundle.verified(for: pair.bob.local.asRemote)
      })
    let verified = try bundle.verified(for: pair.bob.local.asRemote)
    let initial = try SessionRecord<Suite>.initiate(local: pair.alice.local, bundle: verified, now: 0)
    results.append(
      try .measure("open session, encrypt", by: primitives.x25519) { _ in
        var record = try SessionRecord<Suite>.initiate(local: pair.alice.local, bundle: verified, now: 0)
        _ = try record.encrypt(text, now: 0)
      })
    var first = initial
    let message = try first.encrypt(text, now: 0)
    results.append(
      try .measure("answer session, decrypt", by: primitives.x25519) { _ in
        var bob = pair.bob
        bob.record = SessionRecord()
        _ = try bob.receive(message, from: pair.alice.local.asRemote)
      })
    results += try chain(pair)
    results.append(try pingPong(pair))
    results.append(
      try .measure("store and load session", by: primitives.hmac) { _ in
        _ = try SessionRecord<Suite>(serialized: pair.alice.record.serialized())
      })
    return results
  }

  private func chain(_ pair: Pair<Suite>) throws -> [Measurement] {
    var sender = pair.alice.record
    let encrypt = try Measurement.measure(
      "encrypt 256 bytes in a chain", by: primitives.encryption(isHybrid: isHybrid)
    ) { _ in _ = try sender.encrypt(text, now: 0) }
    // A receiver reads as many as are written: the same thousand messages, again and again, by the same state.
    var writer = pair.alice.record
    var messages: [CiphertextMessage] = []
    for _ in 0..<1_000 { messages.append(try writer.encrypt(text, now: 0)) }
    var reader = pair.bob
    let alice = pair.alice.local.asRemote
    let decrypt = try Measurement.measure(
      "decrypt 256 bytes in a chain", by: primitives.decryption(isHybrid: isHybrid)
    ) { number in
      if number % messages.count == 0 { reader = pair.bob }
      _ = try reader.receive(messages[number % messages.count], from: alice)
    }
    return [encrypt, decrypt]
  }

  /// Half of there and back: one encrypts in a new chain, the other turns its ratchet.
  private func pingPong(_ pair: Pair<Suite>) throws -> Measurement {
    var pair = pair
    return try .measure(
      "encrypt and decrypt 256 bytes in ping-pong", by: primitives.pingPong(isHybrid: isHybrid), repetitions: 2
    ) { _ in try pair.pingPong(text) }
  }

  /// What the document's table says, in bytes.
  func sizes() throws -> [(name: String, bytes: Int)] {
    var pair = try Pair<Suite>()
    let bundle = try pair.bob.bundle()
    let keys = pair.bob.local.asRemote.keys
    var stranger = try Device<Suite>(account: 3)
    try stranger.record.initiate(local: stranger.local, bundle: bundle.verified(for: pair.bob.local.asRemote), now: 0)
    let first = try stranger.record.encrypt(text, now: 0)
    // docs/protocol.md, section 7: prefix, tag, ratchet header, 256 bytes padded to 320, the AEAD's tag.
    let bound = 3 + 8 + 40 + (isHybrid ? 2 + Suite.Sparse.headerLimit : 0) + 320 + 16
    var lengths: [Int] = []
    var stored = 0
    // Far enough that the sparse ratchet's numbers (epoch; key and chunk, below) take two bytes each.
    for _ in 0..<6_000 {
      try pair.pingPong([])
      lengths.append(try pair.alice.record.encrypt(text, now: 0).bytes.count)
      stored = max(stored, pair.alice.record.serialized().count)
    }
    for _ in 0..<200 { lengths.append(try pair.alice.record.encrypt(text, now: 0).bytes.count) }
    let published =
      [bundle.signedPreKey.publicKey + bundle.signedPreKey.signature]
      + [(bundle.oneTimePreKey?.publicKey ?? []) + (bundle.oneTimePreKey?.signature ?? [])]
      + [(bundle.lastResortPreKey?.publicKey ?? []) + (bundle.lastResortPreKey?.signature ?? [])]
    return [
      ("root key", pair.bob.root.publicKey.bytes.count), ("device's signing key", keys.signing.count),
      ("device's agreement key", keys.agreement.count), ("signature", bundle.signedPreKey.signature.count),
      ("bundle of three prekeys", published.reduce(0) { $0 + $1.count }),
      ("first message of 256 bytes", first.bytes.count),
      ("later message, shortest", lengths.min() ?? 0),
      ("later message, longest of 6,200", lengths.max() ?? 0), ("later message, at most", bound),
      ("stored session, without skipped keys", stored),
    ]
  }
}
