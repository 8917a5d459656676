// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

/// Suite 1 with an "AEAD" that shows its key, nonce and associated data instead of encrypting. With it the ratchet runs
/// published transcripts whose cipher (AES-CBC with HMAC) we do not have, and every key can be compared.
enum RecordingSuite: WrappedSuite {
  typealias Base = NativeClassicSuite

  static var id: SuiteID { SuiteID(rawValue: 0xF1) }
  static var ratchetParameters: RatchetParameters { RatchetParameters(suite: id) }

  static var aeadKeySize: Int { 64 }
  static var aeadNonceSize: Int { 16 }
  static var aeadTagSize: Int { 0 }

  /// key ‖ nonce ‖ SHA-256(associated data) ‖ plaintext
  static func seal(
    _ plaintext: [UInt8], key: SecretBytes, nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    key.exposed() + nonce + Provider.sha256(associatedData) + plaintext
  }

  static func open(
    _ ciphertext: [UInt8], key: SecretBytes, nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    let expected = try seal([], key: key, nonce: nonce, associatedData: associatedData)
    guard ciphertext.starts(with: expected) else { throw .authenticationFailed }
    return Array(ciphertext.dropFirst(expected.count))
  }
}
