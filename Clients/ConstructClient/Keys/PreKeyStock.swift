// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import Wire

/// How many prekeys a device keeps at the server, and for how long it keeps the private halves.
enum PreKeyPolicy {
  /// One-time prekeys at the server after a refill.
  static let oneTimeStock = WireLimits.oneTimePreKeys
  /// A refill is due below this.
  static let refillBelow = 20
  /// A signed prekey is replaced after a week, in milliseconds.
  static let signedLifetime: UInt64 = 7 * day
  /// A last-resort prekey is replaced after a month.
  static let lastResortLifetime: UInt64 = 30 * day
  /// A replaced prekey is kept as long as a message may wait at the server.
  static let keepReplaced: UInt64 = 30 * day
  static let day: UInt64 = 24 * 60 * 60 * 1_000
  /// How often the stock is looked at while connected.
  static let checkInterval: Duration = .seconds(6 * 60 * 60)
}

extension StoreTransaction {
  /// Makes what is missing and returns what the server should be given; `UploadKeys` without content if nothing.
  ///
  /// `now` is in milliseconds. Keys made here are stored, and offered again until `markUploaded`.
  func preKeysToUpload(for status: KeyStatus, now: UInt64) throws -> UploadKeys {
    let identity = try DeviceKeyPair(serialized: SecretBytes(copying: account().deviceKey))
    try makeSignedPreKeys(status, now: now)
    let stock = Int(min(status.oneTimePreKeys, UInt64(PreKeyPolicy.oneTimeStock)))
    let room = PreKeyPolicy.oneTimeStock - stock
    if stock < PreKeyPolicy.refillBelow {
      let pending = try preKeysToUpload(.oneTime, limit: room).count
      for _ in pending..<max(room, pending) {
        let pair = try OneTimePreKeyPair<ClientSuite>(id: try nextPreKeyID())
        try addPreKey(.oneTime, id: pair.id, serialized: pair.serialized(), madeAt: now)
      }
    }
    var upload = UploadKeys(oneTimePreKeys: [])
    if let row = try newestPreKey(.signed), !row.isUploaded {
      let key = try SignedPreKeyPair<ClientSuite>(serialized: row.serialized).publicPreKey(signedBy: identity)
      upload.signedPreKey = .init(id: key.id, publicKey: key.publicKey, signature: key.signature)
    }
    if let row = try newestPreKey(.lastResort), !row.isUploaded {
      let key = try LastResortPreKeyPair<ClientSuite>(serialized: row.serialized).publicPreKey(signedBy: identity)
      upload.lastResortPreKey = .init(id: key.id, publicKey: key.publicKey, signature: key.signature)
    }
    for row in try preKeysToUpload(.oneTime, limit: room) {
      let key = try OneTimePreKeyPair<ClientSuite>(serialized: row.serialized).publicPreKey(signedBy: identity)
      upload.oneTimePreKeys.append(.init(id: key.id, publicKey: key.publicKey))
    }
    try upload.check(identity.publicKey)
    return upload
  }

  private func makeSignedPreKeys(_ status: KeyStatus, now: UInt64) throws {
    if try needsNew(.signed, atServer: status.signedPreKeyID, lifetime: PreKeyPolicy.signedLifetime, now: now) {
      let pair = try SignedPreKeyPair<ClientSuite>(id: try nextPreKeyID())
      try addPreKey(.signed, id: pair.id, serialized: pair.serialized(), madeAt: now)
    }
    if try needsNew(
      .lastResort, atServer: status.lastResortPreKeyID, lifetime: PreKeyPolicy.lastResortLifetime, now: now)
    {
      let pair = try LastResortPreKeyPair<ClientSuite>(id: try nextPreKeyID())
      try addPreKey(.lastResort, id: pair.id, serialized: pair.serialized(), madeAt: now)
    }
    let keep = PreKeyPolicy.keepReplaced
    let now = Int64(clamping: now)
    try deleteOldPreKeys(
      .signed, madeBefore: UInt64(clamping: now - Int64(PreKeyPolicy.signedLifetime + keep)))
    try deleteOldPreKeys(
      .lastResort, madeBefore: UInt64(clamping: now - Int64(PreKeyPolicy.lastResortLifetime + keep)))
  }

  /// True without a key, with one that is too old, and with one that the server should have and has not.
  private func needsNew(
    _ kind: PreKeyKind, atServer: UInt32?, lifetime: UInt64, now: UInt64
  ) throws -> Bool {
    guard let newest = try newestPreKey(kind) else { return true }
    if newest.isUploaded, newest.id != atServer { return true }
    return newest.madeAt > now || now - newest.madeAt > lifetime
  }
}

extension UploadKeys {
  var isEmpty: Bool { signedPreKey == nil && lastResortPreKey == nil && oneTimePreKeys.isEmpty }

  /// Checks one's own signatures as a stranger would, so that a fault of memory or code cannot publish a useless key.
  fileprivate func check(_ identity: DeviceIdentityPublicKey<ClientSuite>) throws {
    if let key = signedPreKey {
      try Self.check(key, .signed, identity)
    }
    if let key = lastResortPreKey {
      try Self.check(key, .lastResort, identity)
    }
  }

  private static func check(
    _ key: SignedPreKeyRecord, _ kind: SignatureContext.PreKeyKind, _ identity: DeviceIdentityPublicKey<ClientSuite>
  ) throws {
    let message = SignatureContext.preKey(
      suite: ClientSuite.id.rawValue, kind: kind, id: key.id, publicKey: key.publicKey)
    guard ClientSuite.isValid(signature: key.signature, of: message, publicKey: identity.signing) else {
      throw ClientError(.cryptography)
    }
  }
}
