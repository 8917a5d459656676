// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CCryptoBoringSSL
import CryptoCore

/// A private key as BoringSSL expands it from its seed, for the time of one operation. swift-crypto's own key types keep
/// seed and key in memory that nobody wipes; this wipes it.
@safe
struct ExpandedKey<Raw>: ~Copyable {
  typealias Expansion = (UnsafeMutablePointer<Raw>?, UnsafePointer<UInt8>?, Int) -> CInt

  private let storage: UnsafeMutablePointer<Raw>

  /// Throws `invalidKeyLength` unless the seed has `seedSize` bytes.
  init(seed: SecretBytes, seedSize: Int, expand: Expansion) throws(CryptoError) {
    guard seed.count == seedSize else { throw .invalidKeyLength }
    let memory = UnsafeMutablePointer<Raw>.allocate(capacity: 1)
    let result = unsafe seed.withPointer { unsafe expand(memory, $0, seedSize) }
    guard result == 1 else {
      unsafe memory.deallocate()
      throw .invalidKey
    }
    unsafe storage = memory
  }

  deinit {
    unsafe CCryptoBoringSSL_OPENSSL_cleanse(storage, MemoryLayout<Raw>.size)
    unsafe storage.deallocate()
  }

  borrowing func withKey<Result>(_ body: (UnsafePointer<Raw>) -> Result) -> Result {
    unsafe body(UnsafePointer(storage))
  }
}

/// A public key as BoringSSL holds it, from and to its encoding.
enum ParsedKey {
  /// Nil if the bytes are no key to the last one.
  static func with<Raw, Result>(
    _ bytes: [UInt8], parse: (UnsafeMutablePointer<Raw>?, UnsafeMutablePointer<CBS>?) -> CInt,
    _ body: (UnsafePointer<Raw>) -> Result
  ) -> Result? {
    unsafe withUnsafeTemporaryAllocation(of: Raw.self, capacity: 1) { storage in
      let isKey = unsafe bytes.withUnsafeBufferPointer { bytes in
        var input = unsafe CBS(data: bytes.baseAddress, len: bytes.count)
        return unsafe parse(storage.baseAddress, &input) == 1
      }
      guard isKey, let key = storage.baseAddress else { return nil }
      return unsafe body(key)
    }
  }

  /// The encoding of a key that `derive` writes; `size` bytes. Nil if BoringSSL could not allocate.
  static func encoded<Raw>(
    size: Int, marshal: (UnsafeMutablePointer<CBB>?, UnsafePointer<Raw>?) -> CInt,
    derive: (UnsafeMutablePointer<Raw>) -> Void
  ) -> [UInt8]? {
    unsafe withUnsafeTemporaryAllocation(of: Raw.self, capacity: 1) { storage in
      guard let key = storage.baseAddress else { return nil }
      unsafe derive(key)
      var result = [UInt8](repeating: 0, count: size)
      let isWritten = unsafe result.withUnsafeMutableBufferPointer { target in
        var output = unsafe CBB()
        guard unsafe CCryptoBoringSSL_CBB_init_fixed(&output, target.baseAddress, size) == 1 else {
          return false
        }
        defer { unsafe CCryptoBoringSSL_CBB_cleanup(&output) }
        return unsafe marshal(&output, key) == 1 && CCryptoBoringSSL_CBB_len(&output) == size
      }
      return isWritten ? result : nil
    }
  }
}
