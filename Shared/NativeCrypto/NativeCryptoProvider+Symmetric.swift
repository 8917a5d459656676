// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CCryptoBoringSSL
public import CryptoCore

extension NativeCryptoProvider {
  private static var tagSize: Int { 16 }

  public static func chaCha20Poly1305Seal(
    _ plaintext: [UInt8], key: SecretBytes, nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    guard key.count == 32, nonce.count == 12 else { throw .invalidKeyLength }
    return try unsafe transform(
      plaintext, to: plaintext.count + tagSize, key, nonce, associatedData, failure: .invalidLength
    ) {
      unsafe CCryptoBoringSSL_EVP_AEAD_CTX_seal($0, $1, $2, $3, $4, $5, $6, $7, $8, $9)
    }
  }

  public static func chaCha20Poly1305Open(
    _ ciphertext: [UInt8], key: SecretBytes, nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    guard key.count == 32, nonce.count == 12 else { throw .invalidKeyLength }
    guard ciphertext.count >= tagSize else { throw .authenticationFailed }
    return try unsafe transform(
      ciphertext, to: ciphertext.count - tagSize, key, nonce, associatedData, failure: .authenticationFailed
    ) {
      unsafe CCryptoBoringSSL_EVP_AEAD_CTX_open($0, $1, $2, $3, $4, $5, $6, $7, $8, $9)
    }
  }

  private typealias Bytes = UnsafePointer<UInt8>
  private typealias AEAD = (
    UnsafePointer<EVP_AEAD_CTX>?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int>?, Int, Bytes?, Int, Bytes?,
    Int,
    Bytes?, Int
  ) -> CInt

  /// Seals or opens. The context, which holds the key, is wiped.
  private static func transform(
    _ input: [UInt8], to size: Int, _ key: SecretBytes, _ nonce: [UInt8], _ associatedData: [UInt8],
    failure: CryptoError, _ body: AEAD
  ) throws(CryptoError) -> [UInt8] {
    var written = 0
    let result = unsafe [UInt8](size: size) { output in
      unsafe withUnsafeTemporaryAllocation(of: EVP_AEAD_CTX.self, capacity: 1) { context in
        defer { unsafe CCryptoBoringSSL_OPENSSL_cleanse(context.baseAddress, MemoryLayout<EVP_AEAD_CTX>.size) }
        let isReady = unsafe key.withPointer {
          unsafe CCryptoBoringSSL_EVP_AEAD_CTX_init(
            context.baseAddress, CCryptoBoringSSL_EVP_aead_chacha20_poly1305(), $0, key.count, tagSize, nil) == 1
        }
        guard isReady else { return }
        unsafe input.withUnsafeBufferPointer { input in
          unsafe nonce.withUnsafeBufferPointer { nonce in
            unsafe associatedData.withUnsafeBufferPointer { data in
              var count = 0
              let isDone = unsafe body(
                context.baseAddress, output, &count, size, nonce.baseAddress, nonce.count, input.baseAddress,
                input.count,
                data.baseAddress, data.count)
              written = isDone == 1 ? count : -1
            }
          }
        }
      }
    }
    guard written == size else { throw failure }
    return result
  }

  public static func hmacSHA256(key: SecretBytes, message: [UInt8]) -> SecretBytes {
    unsafe hmac(CCryptoBoringSSL_EVP_sha256(), size: 32, key, message)
  }

  public static func hmacSHA512(key: SecretBytes, message: [UInt8]) -> SecretBytes {
    unsafe hmac(CCryptoBoringSSL_EVP_sha512(), size: 64, key, message)
  }

  private static func hmac(_ digest: OpaquePointer?, size: Int, _ key: SecretBytes, _ message: [UInt8]) -> SecretBytes {
    unsafe SecretBytes(size: size) { target in
      unsafe withHMACContext { context in
        _ = unsafe key.withPointer { unsafe CCryptoBoringSSL_HMAC_Init_ex(context, $0, key.count, digest, nil) }
        _ = unsafe message.withUnsafeBufferPointer {
          unsafe CCryptoBoringSSL_HMAC_Update(context, $0.baseAddress, $0.count)
        }
        unsafe CCryptoBoringSSL_HMAC_Final(context, target, nil)
      }
    }
  }

  public static func hkdfSHA256(
    salt: SecretBytes, inputKey: SecretBytes, info: [UInt8], count: Int
  ) throws(CryptoError) -> SecretBytes {
    try unsafe hkdf(CCryptoBoringSSL_EVP_sha256(), size: 32, salt, inputKey, info, count)
  }

  public static func hkdfSHA512(
    salt: SecretBytes, inputKey: SecretBytes, info: [UInt8], count: Int
  ) throws(CryptoError) -> SecretBytes {
    try unsafe hkdf(CCryptoBoringSSL_EVP_sha512(), size: 64, salt, inputKey, info, count)
  }

  /// RFC 5869 over HMAC. BoringSSL's own HKDF leaves the pseudorandom key and the last block on the stack.
  private static func hkdf(
    _ digest: OpaquePointer?, size: Int, _ salt: SecretBytes, _ inputKey: SecretBytes, _ info: [UInt8], _ count: Int
  ) throws(CryptoError) -> SecretBytes {
    guard (0...255 * size).contains(count) else { throw .invalidLength }
    return unsafe SecretBytes(size: count) { target in
      unsafe withHMACContext { context in
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size) { buffer in
          // The pseudorandom key, then each block.
          guard let block = buffer.baseAddress, let target = unsafe target else { return }
          defer { unsafe CCryptoBoringSSL_OPENSSL_cleanse(block, size) }
          _ = unsafe salt.withPointer { unsafe CCryptoBoringSSL_HMAC_Init_ex(context, $0, salt.count, digest, nil) }
          _ = unsafe inputKey.withPointer { unsafe CCryptoBoringSSL_HMAC_Update(context, $0, inputKey.count) }
          unsafe CCryptoBoringSSL_HMAC_Final(context, block, nil)
          unsafe CCryptoBoringSSL_HMAC_Init_ex(context, block, size, digest, nil)
          for (index, offset) in stride(from: 0, to: count, by: size).enumerated() {
            if index > 0 {
              // The same key again.
              unsafe CCryptoBoringSSL_HMAC_Init_ex(context, nil, 0, nil, nil)
              unsafe CCryptoBoringSSL_HMAC_Update(context, block, size)
            }
            _ = unsafe info.withUnsafeBufferPointer {
              unsafe CCryptoBoringSSL_HMAC_Update(context, $0.baseAddress, $0.count)
            }
            var number = UInt8(index + 1)
            unsafe CCryptoBoringSSL_HMAC_Update(context, &number, 1)
            unsafe CCryptoBoringSSL_HMAC_Final(context, block, nil)
            unsafe (target + offset).update(from: block, count: min(size, count - offset))
          }
        }
      }
    }
  }

  /// A context on the stack, so that nothing here can fail for want of memory; it is wiped.
  private static func withHMACContext(_ body: (UnsafeMutablePointer<HMAC_CTX>?) -> Void) {
    unsafe withUnsafeTemporaryAllocation(of: HMAC_CTX.self, capacity: 1) { context in
      let context = context.baseAddress
      unsafe CCryptoBoringSSL_HMAC_CTX_init(context)
      defer { unsafe CCryptoBoringSSL_HMAC_CTX_cleanse(context) }
      unsafe body(context)
    }
  }
}
