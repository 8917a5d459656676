// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The message keys of one epoch: a chain in each direction.
package struct EpochChains: Sendable {
  /// Nil once messages are sent in a later epoch.
  package var sending: NumberedChain?
  package var receiving: NumberedChain
  /// Keys of messages that were jumped and may still come, by rising number.
  var skipped: [SkippedSparseKey] = []
}

/// A chain whose keys are numbered from 1.
package struct NumberedChain: Sendable {
  package private(set) var key: SecretBytes
  /// The number of the last key taken.
  private(set) var count: UInt32

  init(key: SecretBytes, count: UInt32 = 0) {
    self.key = key
    self.count = count
  }

  /// HKDF(salt: zeros, ikm: chain key, number (u32) ‖ label) cut into the next chain key and the message key.
  mutating func next<Profile: BraidProfile>(_ profile: Profile.Type) throws(CryptoError) -> SkippedSparseKey {
    guard count < UInt32.max - 1 else { throw .chainExhausted }
    count += 1
    let label = Profile.braidParameters.chainNext
    var info = ByteWriter(capacity: 4 + label.count)
    info.write(count)
    info.write(label)
    let output = try Profile.Provider.hkdfSHA256(
      salt: .noSalt, inputKey: key, info: info.finish(), count: 64)
    key = output.slice(0..<32)
    return SkippedSparseKey(number: count, key: output.slice(32..<64))
  }
}

/// The key of one message, with its number.
package struct SkippedSparseKey: NumberedKey {
  package let number: UInt32
  package let key: SecretBytes
}

extension EpochChains {
  /// The key of message `number`; the keys between are kept, the last `limit` of them. Throws `duplicateMessage` if it
  /// was taken or dropped, `tooFarAhead`.
  mutating func receivingKey<Profile: BraidProfile>(
    _ number: UInt32, profile: Profile.Type
  ) throws(CryptoError) -> SecretBytes {
    if number <= receiving.count {
      guard let skipped = skipped.take(number) else { throw .duplicateMessage }
      return skipped.key
    }
    let parameters = Profile.braidParameters
    guard number - receiving.count <= parameters.maximumJump else { throw .tooFarAhead }
    while receiving.count + 1 < number {
      let passed = try receiving.next(profile)
      if Int(number - passed.number) <= parameters.maximumSkippedKeys { skipped.append(passed) }
    }
    return try receiving.next(profile).key
  }
}
