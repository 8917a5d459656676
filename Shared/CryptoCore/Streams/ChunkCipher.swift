// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// STREAM (Hoang, Reyhanitabar, Rogaway and Vizár, 2015) over ChaCha20-Poly1305: a long text as chunks that are
/// encrypted one by one. A chunk's nonce is its index (u64) ‖ 00 00 00 ‖ whether it is the last one (u8, 0/1), so a chunk
/// opens only at its own place, and a stream that was cut or continued has no last chunk where one must be.
///
/// All chunks but the last hold `plaintextSize` bytes; the last holds 0 to `plaintextSize`. The key serves one stream.
/// A chunk can be sealed or opened at any index without those before it: that is what a resumed transfer does.
public struct ChunkCipher<Provider: CryptoProvider>: Sendable {
  public static var plaintextSize: Int { 65_536 }
  public static var tagSize: Int { 16 }
  public static var ciphertextSize: Int { plaintextSize + tagSize }
  /// 2^32 chunks of 64 KiB are 256 TiB.
  public static var maximumChunks: UInt64 { 1 << 32 }

  private let key: SecretBytes
  /// Authenticated with every chunk.
  private let associatedData: [UInt8]

  /// Throws `invalidKeyLength` unless the key has 32 bytes.
  init(key: SecretBytes, associatedData: [UInt8] = []) throws(CryptoError) {
    guard key.count == 32 else { throw .invalidKeyLength }
    self.key = key
    self.associatedData = associatedData
  }

  /// Throws `invalidLength` for a chunk that is too long, or too short without being the last, `chainExhausted` for an
  /// index beyond the bound.
  public func seal(_ plaintext: [UInt8], index: UInt64, isLast: Bool) throws(CryptoError) -> [UInt8] {
    guard Self.isPermitted(plaintext.count, isLast: isLast) else { throw .invalidLength }
    return try Provider.chaCha20Poly1305Seal(
      plaintext, key: key, nonce: Self.nonce(index, isLast: isLast), associatedData: associatedData)
  }

  /// Throws `authenticationFailed` for a chunk that is not the one of this index, or not the last where `isLast` says so.
  public func open(_ ciphertext: [UInt8], index: UInt64, isLast: Bool) throws(CryptoError) -> [UInt8] {
    guard Self.isPermitted(ciphertext.count - Self.tagSize, isLast: isLast) else { throw .authenticationFailed }
    return try Provider.chaCha20Poly1305Open(
      ciphertext, key: key, nonce: Self.nonce(index, isLast: isLast), associatedData: associatedData)
  }

  private static func isPermitted(_ count: Int, isLast: Bool) -> Bool {
    isLast ? (0...plaintextSize).contains(count) : count == plaintextSize
  }

  private static func nonce(_ index: UInt64, isLast: Bool) throws(CryptoError) -> [UInt8] {
    guard index < maximumChunks else { throw .chainExhausted }
    var writer = ByteWriter(capacity: 12)
    writer.write(index)
    writer.write([0, 0, 0])
    writer.write(isLast)
    return writer.finish()
  }
}
