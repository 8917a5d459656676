// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import ScriptedCrypto

/// Bob, who has read something of Alice, and messages of hers that he has not.
struct SessionStage<Suite: CipherSuite>: Sendable {
  let bob: LocalDevice
  let alice: RemoteDevice
  let preKeys: LocalPreKeys<Suite>
  /// Before and after the first message.
  let fresh = SessionRecord<Suite>()
  let record: SessionRecord<Suite>
  /// Alice's before Bob has answered.
  let pending: SessionRecord<Suite>
  let initial: CiphertextMessage
  /// Made with no prekey beside the signed one.
  let bare: CiphertextMessage
  let late: CiphertextMessage
  let later: CiphertextMessage

  init() throws {
    let identities = try (DeviceIdentityKeyPair<Suite>(), DeviceIdentityKeyPair<Suite>())
    func device(_ identity: DeviceIdentityKeyPair<Suite>, _ account: UInt8) throws -> LocalDevice {
      try LocalDevice(
        address: DeviceAddress(account: [UInt8](repeating: account, count: 16), device: 1),
        root: RootIdentityKeyPair<Suite>().publicKey.certified, identity: identity)
    }
    let local = try device(identities.0, 1)
    bob = try device(identities.1, 2)
    alice = local.asRemote
    let (signed, oneTime) = try (SignedPreKeyPair<Suite>(id: 1), OneTimePreKeyPair<Suite>(id: 2))
    preKeys = LocalPreKeys(signedPreKey: signed, oneTimePreKey: oneTime)
    let remote = bob.asRemote
    func begin(_ oneTime: OneTimePreKey<Suite>?) throws -> SessionRecord<Suite> {
      let bundle = try UnverifiedPreKeyBundle(
        signedPreKey: signed.publicPreKey(signedBy: identities.1), oneTimePreKey: oneTime, lastResortPreKey: nil)
      return try SessionRecord.initiate(local: local, bundle: bundle.verified(for: remote), now: 0)
    }
    var other = try begin(nil)
    bare = try other.encrypt([1, 2, 3], now: 0)
    var sender = try begin(oneTime.publicPreKey(signedBy: identities.1))
    initial = try sender.encrypt([1, 2, 3], now: 0)
    pending = sender
    var (receiver, late) = (SessionRecord<Suite>(), initial)
    for _ in 0..<3 {
      let message = try sender.encrypt([4], now: 0)
      _ = try receiver.decrypt(message, local: bob, remote: alice, preKeys: preKeys, now: 0)
      // An answer, so that Alice's messages are no longer initial, and one of hers that is late.
      let answer = try receiver.encrypt([5], now: 0)
      _ = try sender.decrypt(answer, local: local, remote: bob.asRemote, preKeys: LocalPreKeys(), now: 0)
      late = try sender.encrypt([6], now: 0)
    }
    self.late = late
    later = try sender.encrypt([1, 2, 3], now: 0)
    record = receiver
  }

  /// A message that is not Alice's own is refused and changes nothing.
  func checkRefused(_ bytes: [UInt8], by record: SessionRecord<Suite>) throws {
    var copy = record
    let message: CiphertextMessage
    do {
      message = try CiphertextMessage(bytes: bytes)
      _ = try SessionRecord<Suite>.preKeys(neededBy: message)
      _ = try copy.decrypt(message, local: bob, remote: alice, preKeys: preKeys, now: 0)
    } catch {
      try require(copy.serialized().isEqual(to: record.serialized()), "a refused message changed the sessions")
      return
    }
    throw FuzzFinding("a forged message was accepted")
  }

  /// The input is a list of changes: position (u16), bits (u8).
  func checkChanged(_ message: CiphertextMessage, _ changes: [UInt8], by record: SessionRecord<Suite>) throws {
    var bytes = message.bytes
    var index = 0
    while index + 2 < changes.count {
      let position = Int(changes[index]) << 8 | Int(changes[index + 1])
      bytes[position % bytes.count] ^= changes[index + 2]
      index += 3
    }
    if bytes != message.bytes { try checkRefused(bytes, by: record) }
  }

  /// Messages with another last byte, which is the AEAD's: everything before it is read.
  func forgedMessages(_ suite: String) -> [String: [UInt8]] {
    let messages = ["initial": initial, "bare": bare, "late": late, "later": later]
    return Dictionary(
      uniqueKeysWithValues: messages.map { name, message in
        var bytes = message.bytes
        bytes[bytes.count - 1] ^= 1
        return ("\(suite)-\(name)", bytes)
      })
  }

  func storedRecords(_ suite: String) -> [String: [UInt8]] {
    var archived = record
    archived.archiveCurrent()
    let records = ["fresh": fresh, "pending": pending, "answered": record, "archived": archived]
    return Dictionary(
      uniqueKeysWithValues: records.map { name, record in ("\(suite)-\(name)", record.serialized().exposed()) })
  }

  func checkStored(_ bytes: [UInt8]) throws {
    let record: SessionRecord<Suite>
    do {
      record = try SessionRecord(serialized: SecretBytes(copying: bytes))
    } catch {
      return
    }
    try require(record.serialized().exposed() == bytes, "a stored record is another one when it is stored again")
    // Whatever it holds, it can be used.
    var copy = record
    do {
      _ = try copy.decrypt(later, local: bob, remote: alice, preKeys: preKeys, now: 0)
      _ = try copy.encrypt([1], now: 0)
    } catch {
      return
    }
  }
}

private let classic = makeStage("suite 1") { try SessionStage<ClassicSuite<ScriptedProvider>>() }
private let hybrid = makeStage("suite 2") { try SessionStage<HybridSuite<ScriptedProvider, HybridLevel3>>() }
private let level5 = makeStage("suite 3") { try SessionStage<HybridSuite<ScriptedProvider, HybridLevel5>>() }

/// Of every suite: whom the records of the stage would believe.
private let valid = [
  classic.initial.bytes, classic.later.bytes, hybrid.initial.bytes, hybrid.later.bytes, level5.initial.bytes,
  level5.later.bytes, classic.bare.bytes, classic.late.bytes, hybrid.bare.bytes, hybrid.late.bytes, level5.bare.bytes,
  level5.late.bytes,
]

extension FuzzTarget {
  /// Valid messages with a few changes; the first byte says of which.
  static let forgedMessages = FuzzTarget(name: "forged-messages") {
    // In initial messages: version, kind, suite, fingerprint, base key, prekey's id, kind and id of the fourth, what comes
    // behind; in later ones these places lie in the tag, in both headers and in the ciphertext.
    let places: [UInt8] = [0, 1, 2, 3, 12, 40, 46, 50, 60, 70, 71, 75, 80, 90, 120, 200]
    var seeds: [String: [UInt8]] = [:]
    for message in 0...5 as ClosedRange<UInt8> {
      for place in places { seeds["message-\(message)-byte-\(place)"] = [message, 0, place, 1] }
      seeds["message-\(message)-two-bytes"] = [message, 1, 0, 3, 0, 2, 1]
    }
    return seeds
  } run: { bytes in
    let changes = Array(bytes.dropFirst())
    switch (bytes.first ?? 0) % 6 {
    case 0: try classic.checkChanged(classic.initial, changes, by: classic.fresh)
    case 1: try classic.checkChanged(classic.later, changes, by: classic.record)
    case 2: try hybrid.checkChanged(hybrid.initial, changes, by: hybrid.fresh)
    case 3: try hybrid.checkChanged(hybrid.later, changes, by: hybrid.record)
    case 4: try level5.checkChanged(level5.initial, changes, by: level5.fresh)
    default: try level5.checkChanged(level5.later, changes, by: level5.record)
    }
  }

  /// Any bytes as a message.
  static let rawMessages = FuzzTarget(name: "raw-messages") {
    classic.forgedMessages("suite-1").merging(hybrid.forgedMessages("suite-2")) { $1 }
      .merging(level5.forgedMessages("suite-3")) { $1 }
  } run: { bytes in
    if valid.contains(bytes) { return }
    try classic.checkRefused(bytes, by: classic.record)
    try hybrid.checkRefused(bytes, by: hybrid.record)
    try level5.checkRefused(bytes, by: level5.record)
  }

  static let storedSessions = FuzzTarget(name: "stored-sessions") {
    classic.storedRecords("suite-1").merging(hybrid.storedRecords("suite-2")) { $1 }
      .merging(level5.storedRecords("suite-3")) { $1 }
  } run: { bytes in
    try classic.checkStored(bytes)
    try hybrid.checkStored(bytes)
    try level5.checkStored(bytes)
  }
}
