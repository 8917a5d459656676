// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What was wrong with the words that somebody typed; suggestions are the client's to make, from `RecoveryWords`.
public enum RecoveryPhraseError: Error, Hashable, Sendable {
  /// There must be 24.
  case wrongNumberOfWords(Int)
  /// The word at this place (the first is 1) is not in the list.
  case unknownWord(position: Int)
  /// Every word is in the list, but they do not belong together: one is wrong, or two are exchanged.
  case wrongChecksum
}

/// 32 random bytes that a person can write down: 24 words of BIP-39's English list, the last of which holds 8 bits of
/// checksum. Everything that survives the loss of all devices comes from them.
///
/// BIP-39's 2,048 rounds of PBKDF2 are left out: they make guessing a weak phrase dearer, and 256 random bits cannot be
/// guessed. So the bytes are the key, and there is no passphrase beside the words.
public struct RecoveryPhrase<Provider: CryptoProvider>: Sendable {
  public static var wordCount: Int { 24 }
  static var entropySize: Int { 32 }

  let entropy: SecretBytes

  /// A new phrase. Throws `randomnessUnavailable`.
  public init() throws(CryptoError) {
    try self.init(entropy: Provider.randomSecret(count: Self.entropySize))
  }

  /// From stored bytes. Throws `invalidKeyLength` unless there are 32.
  public init(entropy: SecretBytes) throws(CryptoError) {
    guard entropy.count == Self.entropySize else { throw .invalidKeyLength }
    self.entropy = entropy
  }

  /// From what somebody typed: capitals and surrounding white space do not matter.
  public init(words: [String]) throws(RecoveryPhraseError) {
    guard words.count == Self.wordCount else { throw .wrongNumberOfWords(words.count) }
    var bits = ByteWriter(capacity: 64)
    var pending: UInt32 = 0
    var pendingCount: UInt32 = 0
    for (offset, word) in words.enumerated() {
      guard let index = RecoveryWords.index(of: Self.normalized(word)) else {
        _ = bits.finishSecret()
        throw .unknownWord(position: offset + 1)
      }
      // Each word adds 11 bits; whole bytes leave at the front.
      pending = pending << 11 | UInt32(index)
      pendingCount += 11
      while pendingCount >= 8 {
        pendingCount -= 8
        bits.write(UInt8(truncatingIfNeeded: pending >> pendingCount))
      }
    }
    let bytes = bits.finishSecret()
    entropy = bytes.slice(0..<Self.entropySize)
    guard bytes.slice(32..<33).isEqual(to: Self.checksum(entropy)) else {
      throw .wrongChecksum
    }
  }

  /// The 24 words, for the screen. They are ordinary strings: they are not wiped.
  public var words: [String] {
    SecretBytes(concatenating: [entropy, Self.checksum(entropy)]).withBytes { bytes in
      var result: [String] = []
      for position in 0..<Self.wordCount {
        var index = 0
        for bit in position * 11..<position * 11 + 11 {
          index = index << 1 | Int(bytes[bit / 8] >> UInt8(7 - bit % 8) & 1)
        }
        result.append(RecoveryWords.all[index])
      }
      return result
    }
  }

  /// The 32 bytes, for an encrypted store.
  public func serialized() -> SecretBytes { entropy }

  /// The first byte of SHA-256(entropy).
  private static func checksum(_ entropy: SecretBytes) -> SecretBytes {
    var digest = entropy.withExposed { Provider.sha256($0) }
    return SecretBytes(moving: &digest).slice(0..<1)
  }

  private static func normalized(_ word: String) -> [UInt8] {
    var result: [UInt8] = []
    for byte in word.utf8 {
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D: continue
      case 0x41...0x5A: result.append(byte + 0x20)
      default: result.append(byte)
      }
    }
    return result
  }
}
