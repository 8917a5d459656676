// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import Wire

/// How many prekeys a device keeps at the server, and for how long it keeps the private halves.
enum PreKeyPolicy {
  /// One-time prekeys of the device's own suite at the server after a refill.
  static let oneTimeStock = WireLimits.oneTimePreKeys
  /// Those of suite 1 for a device of another suite: only clients that know no other suite take them.
  static let classicViewStock = 20
  /// Bytes of one-time prekeys in one upload, so that hybrid ones (6.3 KB each in suite 3) stay within a frame.
  static let uploadBytes = 200_000
  /// A signed prekey is replaced after a week, in milliseconds.
  static let signedLifetime: UInt64 = 7 * day
  /// A last-resort prekey is replaced after a month.
  static let lastResortLifetime: UInt64 = 30 * day
  /// A replaced prekey is kept as long as a message may wait at the server.
  static let keepReplaced: UInt64 = 30 * day
  static let day: UInt64 = 24 * 60 * 60 * 1_000
  /// Uploads in a row that fill a stock: five in suite 3, and one more look that finds it full.
  static let uploads = 8
  /// Conflicts in a row after which the ids have moved on by more than a million.
  static let conflicts = 6
  /// How often the stock is looked at while connected.
  static let checkInterval: Duration = .seconds(6 * 60 * 60)
}

extension StoreTransaction {
  /// Makes what is missing in a suite and returns what the server should be given next; `UploadKeys` without content if
  /// nothing.
  ///
  /// `now` is in milliseconds. Keys made here are stored, and offered again until `markUploaded`. Throws
  /// `unsupportedSuite` for a suite that is neither the device's own nor the classic one.
  func preKeysToUpload(in suite: SuiteID, for status: KeyStatus, now: UInt64) throws -> UploadKeys {
    func make<Suite: CipherSuite>(_: Suite.Type) throws -> UploadKeys {
      try PreKeyStock<Suite>(transaction: self, now: now).upload(for: status)
    }
    return try make(ClientSuites.type(of: suite))
  }
}

/// The prekeys of this device in one suite.
private struct PreKeyStock<Suite: CipherSuite> {
  let transaction: StoreTransaction
  let now: UInt64

  func upload(for status: KeyStatus) throws -> UploadKeys {
    let own = try transaction.ownKeys()
    let identity = try own.identity(in: Suite.self)
    try makeSignedPreKeys(status)
    let full = try own.account.suiteID() == Suite.id ? PreKeyPolicy.oneTimeStock : PreKeyPolicy.classicViewStock
    let stock = Int(min(status.oneTimePreKeys, UInt64(full)))
    let room = full - stock
    // A refill is due below a fifth, and what is left of one goes on.
    if stock < full / 5 {
      let pending = try transaction.preKeysToUpload(.oneTime, Suite.id, limit: room).count
      for _ in pending..<max(room, pending) {
        let pair = try OneTimePreKeyPair<Suite>(id: try transaction.nextPreKeyID())
        try transaction.addPreKey(.oneTime, Suite.id, id: pair.id, serialized: pair.serialized(), madeAt: now)
      }
    }
    var upload = UploadKeys(oneTimePreKeys: [], suite: Suite.id.number)
    if let row = try transaction.newestPreKey(.signed, Suite.id), !row.isUploaded {
      let key = try SignedPreKeyPair<Suite>(serialized: row.serialized).publicPreKey(signedBy: identity)
      upload.signedPreKey = .init(id: key.id, publicKey: key.publicKey, signature: key.signature)
    }
    if let row = try transaction.newestPreKey(.lastResort, Suite.id), !row.isUploaded {
      let key = try LastResortPreKeyPair<Suite>(serialized: row.serialized).publicPreKey(signedBy: identity)
      upload.lastResortPreKey = .init(id: key.id, publicKey: key.publicKey, signature: key.signature)
    }
    var bytes = 0
    for row in try transaction.preKeysToUpload(.oneTime, Suite.id, limit: room) {
      let key = try OneTimePreKeyPair<Suite>(serialized: row.serialized).publicPreKey(signedBy: identity)
      bytes += key.publicKey.count + (key.signature?.count ?? 0)
      guard bytes <= PreKeyPolicy.uploadBytes else { break }
      upload.oneTimePreKeys.append(.init(id: key.id, publicKey: key.publicKey, signature: key.signature))
    }
    try check(upload, identity.publicKey)
    return upload
  }

  private func makeSignedPreKeys(_ status: KeyStatus) throws {
    if try needsNew(.signed, atServer: status.signedPreKeyID, lifetime: PreKeyPolicy.signedLifetime) {
      let pair = try SignedPreKeyPair<Suite>(id: try transaction.nextPreKeyID())
      try transaction.addPreKey(.signed, Suite.id, id: pair.id, serialized: pair.serialized(), madeAt: now)
    }
    if try needsNew(.lastResort, atServer: status.lastResortPreKeyID, lifetime: PreKeyPolicy.lastResortLifetime) {
      let pair = try LastResortPreKeyPair<Suite>(id: try transaction.nextPreKeyID())
      try transaction.addPreKey(.lastResort, Suite.id, id: pair.id, serialized: pair.serialized(), madeAt: now)
    }
    let keep = PreKeyPolicy.keepReplaced
    let now = Int64(clamping: now)
    try transaction.deleteOldPreKeys(
      .signed, Suite.id, madeBefore: UInt64(clamping: now - Int64(PreKeyPolicy.signedLifetime + keep)))
    try transaction.deleteOldPreKeys(
      .lastResort, Suite.id, madeBefore: UInt64(clamping: now - Int64(PreKeyPolicy.lastResortLifetime + keep)))
  }

  /// True without a key, with one that is too old, and with one that the server should have and has not.
  private func needsNew(
    _ kind: PreKeyKind, atServer: UInt32?, lifetime: UInt64
  ) throws -> Bool {
    guard let newest = try transaction.newestPreKey(kind, Suite.id) else { return true }
    if newest.isUploaded, newest.id != atServer { return true }
    return newest.madeAt > now || now - newest.madeAt > lifetime
  }

  /// Checks one's own signatures as a stranger would, so that a fault of memory or code cannot publish a useless key.
  private func check(_ upload: UploadKeys, _ identity: DeviceIdentityPublicKey<Suite>) throws {
    if let key = upload.signedPreKey {
      try check(key.id, key.publicKey, key.signature, .signed, identity)
    }
    if let key = upload.lastResortPreKey {
      try check(key.id, key.publicKey, key.signature, .lastResort, identity)
    }
    for key in upload.oneTimePreKeys {
      if let signature = key.signature { try check(key.id, key.publicKey, signature, .oneTime, identity) }
    }
  }

  private func check(
    _ id: UInt32, _ publicKey: [UInt8], _ signature: [UInt8], _ kind: PreKeyKind,
    _ identity: DeviceIdentityPublicKey<Suite>
  ) throws {
    let message = SignedMessage.preKey(suite: Suite.id, kind: kind, id: id, publicKey: publicKey)
    guard Suite.isValid(signature: signature, of: message, publicKey: identity.signing) else {
      throw ClientError(.cryptography)
    }
  }
}

extension StoreTransaction {
  /// The server has other keys under some of these ids, and does not say which: this store was put back from a copy, and
  /// counts again what was counted before. Deletes all of them, of every kind, and moves the ids on, further each time,
  /// so that new keys get ids that were never used. The server took none of the upload.
  func replaceConflicting(_ upload: UploadKeys, conflicts: Int) throws {
    for key in upload.oneTimePreKeys { try deletePreKey(.oneTime, id: key.id) }
    if let key = upload.signedPreKey { try deletePreKey(.signed, id: key.id) }
    if let key = upload.lastResortPreKey { try deletePreKey(.lastResort, id: key.id) }
    try skipPreKeyIDs(1_024 << (2 * conflicts))
  }
}

extension UploadKeys {
  var isEmpty: Bool { signedPreKey == nil && lastResortPreKey == nil && oneTimePreKeys.isEmpty }
}
