// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The sparse post-quantum ratchet of the hybrid suites: the braid agrees on secrets, the key schedule makes message
/// keys of them.
public struct PostQuantumRatchet<Profile: BraidProfile>: SparseRatchet {
  package var keys: EpochKeySchedule<Profile>
  package var braid: Braid<Profile>

  public static var seedSize: Int { 32 }
  public static var headerLimit: Int { BraidMessage.maximumSize }

  public init(isInitiator: Bool, seed: SecretBytes) throws(CryptoError) {
    guard seed.count == Self.seedSize else { throw .invalidKeyLength }
    keys = try EpochKeySchedule(isInitiator: isInitiator, initialKey: seed)
    braid = try Braid(isInitiator: isInitiator, initialKey: seed)
  }

  public mutating func send() throws(CryptoError) -> SparseStep {
    try send { (count: Int) throws(CryptoError) in try Profile.Provider.randomSecret(count: count) }
  }

  /// `randomness` gives d ‖ z for a key pair and m for an encapsulation.
  package mutating func send(randomness: (Int) throws(CryptoError) -> SecretBytes) throws(CryptoError) -> SparseStep {
    let (payload, secret) = try braid.send(randomness: randomness)
    if let secret { try keys.add(secret) }
    let key = try keys.sendingKey(epoch: braid.epoch - 1)
    let message = BraidMessage(epoch: braid.epoch, keyIndex: key.number, payload: payload)
    return SparseStep(header: message.encoded, key: key.key)
  }

  public mutating func receivingKey(header: [UInt8]) throws(CryptoError) -> SecretBytes? {
    let message = try BraidMessage(encoded: header)
    return try keys.receivingKey(epoch: message.epoch - 1, number: message.keyIndex)
  }

  public mutating func receive(header: [UInt8]) throws(CryptoError) {
    let message = try BraidMessage(encoded: header)
    if let secret = try braid.receive(epoch: message.epoch, message.payload) { try keys.add(secret) }
  }

  public var skippedKeys: Int { keys.epochs.reduce(0) { $0 + $1.skipped.count } }

  public mutating func dropSkippedKeys() { keys.dropSkippedKeys() }
}
