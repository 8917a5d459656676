// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Secret bytes of fixed length that are overwritten with zeros when the last reference to them goes.
///
/// The bytes are written once, while the object is made, and never change; so copies of a protocol state share them.
@safe
public final class SecretBytes: @unchecked Sendable {
  // Guard for `@unchecked Sendable`: the memory is written only in the initialisers, before anybody else can have a
  // reference, and in `deinit`, when nobody has one any more. In between it is only read.
  private let storage: UnsafeMutableBufferPointer<UInt8>

  /// The number of bytes.
  public var count: Int { unsafe storage.count }

  /// Allocates `count` zeros and lets `fill` write the secret in place.
  public init(count: Int, filling fill: (inout MutableSpan<UInt8>) -> Void) {
    unsafe storage = .allocate(capacity: count)
    unsafe storage.initialize(repeating: 0)
    var span = unsafe storage.mutableSpan
    fill(&span)
  }

  /// Copies `bytes`. The original is the caller's to forget.
  public convenience init(copying bytes: [UInt8]) {
    self.init(copying: bytes.span)
  }

  /// Takes `bytes` over: the original is overwritten with zeros, unless somebody else has it, too.
  public convenience init(moving bytes: inout [UInt8]) {
    self.init(copying: bytes.span)
    var span = bytes.mutableSpan
    secureWipe(&span)
  }

  /// Copies `bytes`. The original is the caller's to forget.
  public convenience init(copying bytes: Span<UInt8>) {
    self.init(count: bytes.count) { target in
      copy(bytes, into: &target, at: 0)
    }
  }

  /// All of `parts`, one after the other.
  public convenience init(concatenating parts: [SecretBytes]) {
    var total = 0
    for part in parts { total += part.count }
    self.init(count: total) { target in
      var offset = 0
      for part in parts {
        part.withBytes { source in
          copy(source, into: &target, at: offset)
        }
        offset += part.count
      }
    }
  }

  deinit {
    unsafe wipeAndDeallocate(storage)
  }

  /// Lends the bytes for the time of `body`.
  public func withBytes<Result, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(unsafe storage.span)
  }

  /// A secret of its own with the bytes of `range`, which lies within `0..<count`.
  func slice(_ range: Range<Int>) -> SecretBytes {
    withBytes { source in
      SecretBytes(copying: source.extracting(range))
    }
  }

  /// A plain copy, for a store that encrypts it and for tests. It is not wiped.
  public func exposed() -> [UInt8] {
    withBytes { source in
      unsafe source.withUnsafeBufferPointer { unsafe Array($0) }
    }
  }

  /// Lends a plain copy for the time of `body`, and overwrites it afterwards; `body` keeps nothing of it.
  public func withExposed<Result, Failure: Error>(
    _ body: ([UInt8]) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var bytes = exposed()
    defer {
      var span = bytes.mutableSpan
      secureWipe(&span)
    }
    return try body(bytes)
  }

  /// Reads all of a fixed layout; no copy of the whole stays behind.
  func read<Result>(
    _ body: (inout ByteReader) throws(CryptoError) -> Result
  ) throws(CryptoError) -> Result {
    try withExposed { (bytes: [UInt8]) throws(CryptoError) in
      var reader = ByteReader(bytes)
      let result = try body(&reader)
      try reader.finish()
      return result
    }
  }

  /// A plain copy of a part that is not secret, a nonce.
  func exposed(_ range: Range<Int>) -> [UInt8] {
    withBytes { source in
      unsafe source.extracting(range).withUnsafeBufferPointer { unsafe Array($0) }
    }
  }

  /// Compares in a time that depends on the lengths alone.
  public func isEqual(to other: SecretBytes) -> Bool {
    withBytes { left in
      other.withBytes { right in constantTimeEqual(left, right) }
    }
  }
}

extension SecretBytes {
  /// For HKDF. The same as zeros: HMAC fills its key up with them.
  static let noSalt = SecretBytes(copying: [])
}

/// Copies all of `source`; what does not fit traps.
func copy(_ source: Span<UInt8>, into target: inout MutableSpan<UInt8>, at offset: Int) {
  precondition(offset + source.count <= target.count)
  unsafe target.withUnsafeMutableBytes { target in
    unsafe source.withUnsafeBytes { source in
      unsafe UnsafeMutableRawBufferPointer(rebasing: target[offset...]).copyMemory(from: source)
    }
  }
}

/// Overwrites memory with zeros, also if it is freed right afterwards and the compiler could think that nobody looks.
func secureWipe<Element: BitwiseCopyable>(_ memory: inout MutableSpan<Element>) {
  unsafe memory.withUnsafeMutableBytes { bytes in
    guard let first = unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0).baseAddress, bytes.count > 0 else {
      return
    }
    _ = unsafe observe(first)
  }
}

/// Overwrites `memory` with zeros and frees it.
@unsafe
func wipeAndDeallocate<Element: BitwiseCopyable>(_ memory: UnsafeMutableBufferPointer<Element>) {
  var span = unsafe memory.mutableSpan
  secureWipe(&span)
  unsafe memory.deallocate()
}

/// Reads a byte, and is neither inlined nor optimised: nothing can be inferred about what else it reads, and so
/// whatever was stored there before the call must really have been stored.
@inline(never)
@_optimize(none)
private func observe(_ byte: UnsafePointer<UInt8>) -> UInt8 {
  unsafe byte.pointee
}
