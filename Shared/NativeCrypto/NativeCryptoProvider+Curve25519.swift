// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CCryptoBoringSSL
public import CryptoCore

extension NativeCryptoProvider {
  public static func x25519PublicKey(of privateKey: SecretBytes) throws(CryptoError) -> [UInt8] {
    guard privateKey.count == 32 else { throw .invalidKeyLength }
    return unsafe [UInt8](size: 32) { target in
      unsafe privateKey.withPointer { unsafe CCryptoBoringSSL_X25519_public_from_private(target, $0) }
    }
  }

  public static func x25519(privateKey: SecretBytes, publicKey: [UInt8]) throws(CryptoError) -> SecretBytes {
    guard privateKey.count == 32, publicKey.count == 32 else { throw .invalidKeyLength }
    // BoringSSL answers 0 for an all-zero result.
    var isUsable: CInt = 0
    let secret = unsafe SecretBytes(size: 32) { target in
      isUsable = unsafe privateKey.withPointer { privateKey in
        unsafe publicKey.withUnsafeBufferPointer {
          unsafe CCryptoBoringSSL_X25519(target, privateKey, $0.baseAddress)
        }
      }
    }
    guard isUsable == 1 else { throw .invalidKey }
    return secret
  }

  public static func ed25519PublicKey(of seed: SecretBytes) throws(CryptoError) -> [UInt8] {
    try unsafe withSigningKey(of: seed) { publicKey, _ in unsafe Array(publicKey) }
  }

  public static func ed25519Sign(_ message: [UInt8], seed: SecretBytes) throws(CryptoError) -> [UInt8] {
    try unsafe withSigningKey(of: seed) { _, privateKey in
      unsafe [UInt8](size: 64) { signature in
        // It fails for want of memory in other implementations of the interface, and in this one never.
        _ = unsafe message.withUnsafeBufferPointer {
          unsafe CCryptoBoringSSL_ED25519_sign(signature, $0.baseAddress, $0.count, privateKey.baseAddress)
        }
      }
    }
  }

  /// Cofactorless verification with S < L, as BoringSSL does it; see docs/protocol.md for what follows from that.
  public static func ed25519Verify(_ signature: [UInt8], of message: [UInt8], publicKey: [UInt8]) -> Bool {
    guard signature.count == 64, publicKey.count == 32 else { return false }
    return unsafe signature.withUnsafeBufferPointer { signature in
      unsafe message.withUnsafeBufferPointer { message in
        unsafe publicKey.withUnsafeBufferPointer { publicKey in
          unsafe CCryptoBoringSSL_ED25519_verify(
            message.baseAddress, message.count, signature.baseAddress, publicKey.baseAddress) == 1
        }
      }
    }
  }

  /// Lends the public key (32 bytes) and BoringSSL's form of the private key (64 bytes), which is wiped afterwards.
  private static func withSigningKey<Result>(
    of seed: SecretBytes, _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Result
  ) throws(CryptoError) -> Result {
    guard seed.count == 32 else { throw .invalidKeyLength }
    return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 96) { keys in
      unsafe keys.initialize(repeating: 0)
      defer { unsafe CCryptoBoringSSL_OPENSSL_cleanse(keys.baseAddress, keys.count) }
      let publicKey = unsafe UnsafeMutableBufferPointer(rebasing: keys[..<32])
      let privateKey = unsafe UnsafeMutableBufferPointer(rebasing: keys[32...])
      unsafe seed.withPointer {
        unsafe CCryptoBoringSSL_ED25519_keypair_from_seed(publicKey.baseAddress, privateKey.baseAddress, $0)
      }
      return unsafe body(UnsafeBufferPointer(publicKey), UnsafeBufferPointer(privateKey))
    }
  }
}
