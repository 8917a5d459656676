// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

/// What the operations of one suite cost, and how long what it sends is.
struct SuiteMeasurements<Suite: CipherSuite> {
  private let text = [UInt8](repeating: 0x61, count: 256)

  func times() throws -> [Measurement] {
    var results: [Measurement] = []
    let pair = try Pair<Suite>()
    let bundle = try pair.bob.bundle()
    results.append(try .measure("verify bundle") { _ in _ = try bundle.verified(for: pair.bob.local.asRemote) })
    let verified = try bundle.verified(for: pair.bob.local.asRemote)
    let initial = try SessionRecord<Suite>.initiate(local: pair.alice.local, bundle: verified, now: 0)
    results.append(
      try .measure("open session, encrypt") { _ in
        var record = try SessionRecord<Suite>.initiate(local: pair.alice.local, bundle: verified, now: 0)
        _ = try record.encrypt(text, now: 0)
      })
    var first = initial
    let message = try first.encrypt(text, now: 0)
    results.append(
      try .measure("answer session, decrypt") { _ in
        var bob = pair.bob
        bob.record = SessionRecord()
        _ = try bob.receive(message, from: pair.alice.local.asRemote)
      })
    results += try chain(pair)
    results.append(try pingPong(pair))
    results.append(
      try .measure("store and load session") { _ in
        _ = try SessionRecord<Suite>(serialized: pair.alice.record.serialized())
      })
    return results
  }

  private func chain(_ pair: Pair<Suite>) throws -> [Measurement] {
    var sender = pair.alice.record
    // A receiver reads as many as are written: the messages of one measurement are made before it.
    let encrypt = try Measurement.measure("encrypt 256 bytes in a chain") { _ in _ = try sender.encrypt(text, now: 0) }
    var writer = pair.alice.record
    var reader = pair.bob
    let alice = pair.alice.local.asRemote
    var messages: [CiphertextMessage] = []
    for _ in 0..<40_000 { messages.append(try writer.encrypt(text, now: 0)) }
    let decrypt = try Measurement.measure("decrypt 256 bytes in a chain", milliseconds: 4) { number in
      if number >= messages.count { messages.append(try writer.encrypt(text, now: 0)) }
      _ = try reader.receive(messages[number], from: alice)
    }
    return [encrypt, decrypt]
  }

  /// Half of there and back: one encrypts in a new chain, the other turns its ratchet.
  private func pingPong(_ pair: Pair<Suite>) throws -> Measurement {
    var pair = pair
    let both = try Measurement.measure("ping-pong") { _ in try pair.pingPong(text) }
    return Measurement(
      name: "encrypt and decrypt 256 bytes in ping-pong", nanoseconds: both.nanoseconds / 2, median: both.median / 2,
      allocations: both.allocations / 2)
  }

  /// What the document's table says, in bytes.
  func sizes() throws -> [(name: String, bytes: Int)] {
    var pair = try Pair<Suite>()
    let bundle = try pair.bob.bundle()
    let keys = pair.bob.local.asRemote.keys
    var stranger = try Device<Suite>(account: 3)
    try stranger.record.initiate(local: stranger.local, bundle: bundle.verified(for: pair.bob.local.asRemote), now: 0)
    let first = try stranger.record.encrypt(text, now: 0)
    var longest = 0
    var shortest = Int.max
    var stored = 0
    for _ in 0..<120 {
      try pair.pingPong([])
      let size = try pair.alice.record.encrypt(text, now: 0).bytes.count
      longest = max(longest, size)
      shortest = min(shortest, size)
      try pair.pingPong([])
      stored = max(stored, pair.alice.record.serialized().count)
    }
    let published =
      [bundle.signedPreKey.publicKey + bundle.signedPreKey.signature]
      + [(bundle.oneTimePreKey?.publicKey ?? []) + (bundle.oneTimePreKey?.signature ?? [])]
      + [(bundle.lastResortPreKey?.publicKey ?? []) + (bundle.lastResortPreKey?.signature ?? [])]
    return [
      ("root key", pair.bob.root.publicKey.bytes.count), ("device's signing key", keys.signing.count),
      ("device's agreement key", keys.agreement.count), ("signature", bundle.signedPreKey.signature.count),
      ("bundle of three prekeys", published.reduce(0) { $0 + $1.count }),
      ("first message of 256 bytes", first.bytes.count), ("later message, at least", shortest),
      ("later message, at most", longest), ("stored session, without skipped keys", stored),
    ]
  }
}
