// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CCryptoBoringSSL
public import CryptoCore

/// The core's primitives on BoringSSL, through the C interface that swift-crypto carries: the same sources natively and in
/// WebAssembly, where there is no Foundation.
public enum NativeCryptoProvider: CryptoProvider {
  public static func randomBytes(count: Int) throws(CryptoError) -> [UInt8] {
    guard count >= 0 else { throw .invalidLength }
    var result = [UInt8](repeating: 0, count: count)
    var span = result.mutableSpan
    fillRandomly(&span)
    return result
  }

  public static func randomSecret(count: Int) throws(CryptoError) -> SecretBytes {
    guard count >= 0 else { throw .invalidLength }
    return SecretBytes(count: count) { fillRandomly(&$0) }
  }

  /// The generator is the system's (getrandom on Linux, arc4random_buf on Apple platforms, crypto.getRandomValues in
  /// WebAssembly), which does not fail.
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
    unsafe [UInt8](size: 32) { digest in
      _ = unsafe message.withUnsafeBufferPointer { unsafe CCryptoBoringSSL_SHA256($0.baseAddress, $0.count, digest) }
    }
  }

  public static func sha512(_ message: [UInt8]) -> [UInt8] {
    unsafe [UInt8](size: 64) { digest in
      _ = unsafe message.withUnsafeBufferPointer { unsafe CCryptoBoringSSL_SHA512($0.baseAddress, $0.count, digest) }
    }
  }
}

extension SecretBytes {
  /// Lends the bytes to C.
  func withPointer<Result>(_ body: (UnsafePointer<UInt8>?) -> Result) -> Result {
    withBytes { bytes in unsafe bytes.withUnsafeBufferPointer { unsafe body($0.baseAddress) } }
  }

  /// A secret of `count` bytes that C writes.
  convenience init(size count: Int, writing body: (UnsafeMutablePointer<UInt8>?) -> Void) {
    self.init(count: count) { target in
      unsafe target.withUnsafeMutableBufferPointer { unsafe body($0.baseAddress) }
    }
  }
}

extension [UInt8] {
  /// `size` bytes that C writes.
  init(size: Int, writing body: (UnsafeMutablePointer<UInt8>?) -> Void) {
    self.init(repeating: 0, count: size)
    unsafe withUnsafeMutableBufferPointer { unsafe body($0.baseAddress) }
  }
}
