// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
public import CryptoCore
import Foundation

extension NativeCryptoProvider {
  public static func chaCha20Poly1305Seal(
    _ plaintext: [UInt8], key: SecretBytes, nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoCore.CryptoError) -> [UInt8] {
    guard key.count == 32, nonce.count == 12 else { throw .invalidKeyLength }
    do {
      let box = try ChaChaPoly.seal(
        plaintext, using: key.symmetricKey, nonce: ChaChaPoly.Nonce(data: nonce), authenticating: associatedData)
      return Array(box.combined.dropFirst(12))
    } catch {
      throw .invalidLength
    }
  }

  public static func chaCha20Poly1305Open(
    _ ciphertext: [UInt8], key: SecretBytes, nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoCore.CryptoError) -> [UInt8] {
    guard key.count == 32, nonce.count == 12 else { throw .invalidKeyLength }
    guard ciphertext.count >= 16 else { throw .authenticationFailed }
    do {
      let box = try ChaChaPoly.SealedBox(
        nonce: ChaChaPoly.Nonce(data: nonce), ciphertext: ciphertext.dropLast(16), tag: ciphertext.suffix(16))
      return Array(try ChaChaPoly.open(box, using: key.symmetricKey, authenticating: associatedData))
    } catch {
      throw .authenticationFailed
    }
  }

  public static func hmacSHA256(key: SecretBytes, message: [UInt8]) -> SecretBytes {
    SecretBytes(copyingContentsOf: HMAC<SHA256>.authenticationCode(for: message, using: key.symmetricKey))
  }

  public static func hmacSHA512(key: SecretBytes, message: [UInt8]) -> SecretBytes {
    SecretBytes(copyingContentsOf: HMAC<SHA512>.authenticationCode(for: message, using: key.symmetricKey))
  }

  public static func hkdfSHA256(
    salt: SecretBytes, inputKey: SecretBytes, info: [UInt8], count: Int
  ) throws(CryptoCore.CryptoError) -> SecretBytes {
    try hkdf(SHA256.self, salt: salt, inputKey: inputKey, info: info, count: count)
  }

  public static func hkdfSHA512(
    salt: SecretBytes, inputKey: SecretBytes, info: [UInt8], count: Int
  ) throws(CryptoCore.CryptoError) -> SecretBytes {
    try hkdf(SHA512.self, salt: salt, inputKey: inputKey, info: info, count: count)
  }

  private static func hkdf<Hash: HashFunction>(
    _ hash: Hash.Type, salt: SecretBytes, inputKey: SecretBytes, info: [UInt8], count: Int
  ) throws(CryptoCore.CryptoError) -> SecretBytes {
    guard (0...255 * Hash.Digest.byteCount).contains(count) else { throw .invalidLength }
    return salt.withBytes { salt in
      unsafe salt.withUnsafeBytes { salt in
        unsafe SecretBytes(
          copyingContentsOf: HKDF<Hash>.deriveKey(
            inputKeyMaterial: inputKey.symmetricKey, salt: salt, info: info, outputByteCount: count))
      }
    }
  }
}
