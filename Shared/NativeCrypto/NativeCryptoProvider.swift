// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
public import CryptoCore
import Foundation

/// The core's primitives on swift-crypto (BoringSSL).
public enum NativeCryptoProvider: CryptoProvider {
  public static func randomBytes(count: Int) throws(CryptoCore.CryptoError) -> [UInt8] {
    guard count >= 0 else { throw .invalidLength }
    var result = [UInt8](repeating: 0, count: count)
    var span = result.mutableSpan
    fillRandomly(&span)
    return result
  }

  public static func randomSecret(count: Int) throws(CryptoCore.CryptoError) -> SecretBytes {
    guard count >= 0 else { throw .invalidLength }
    return SecretBytes(count: count) { fillRandomly(&$0) }
  }

  /// The generator is the kernel's (getrandom on Linux, arc4random_buf on Apple platforms), which does not fail.
  private static func fillRandomly(_ target: inout MutableSpan<UInt8>) {
    var generator = SystemRandomNumberGenerator()
    var word: UInt64 = 0
    for index in 0..<target.count {
      if index % 8 == 0 { word = generator.next() }
      target[index] = UInt8(truncatingIfNeeded: word)
      word >>= 8
    }
  }

  public static func sha256(_ message: [UInt8]) -> [UInt8] {
    Array(SHA256.hash(data: message))
  }

  public static func sha512(_ message: [UInt8]) -> [UInt8] {
    Array(SHA512.hash(data: message))
  }
}

extension SecretBytes {
  /// Copies what swift-crypto keeps in wiped memory into ours.
  convenience init(copyingContentsOf bytes: some ContiguousBytes) {
    let count = unsafe bytes.withUnsafeBytes { $0.count }
    self.init(count: count) { target in
      unsafe bytes.withUnsafeBytes { source in
        for index in 0..<count { unsafe target[index] = source[index] }
      }
    }
  }

  /// The secret as swift-crypto's key type, which wipes its own copy.
  var symmetricKey: SymmetricKey {
    withBytes { bytes in
      unsafe bytes.withUnsafeBytes { unsafe SymmetricKey(data: $0) }
    }
  }
}
