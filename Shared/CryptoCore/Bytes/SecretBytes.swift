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

  /// Copies `bytes`. The original is the caller's to forget.
  public convenience init(copying bytes: Span<UInt8>) {
    self.init(count: bytes.count) { target in
      for index in 0..<bytes.count { target[index] = bytes[index] }
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
          for index in 0..<source.count { target[offset + index] = source[index] }
        }
        offset += part.count
      }
    }
  }

  deinit {
    var span = unsafe storage.mutableSpan
    secureWipe(&span)
    unsafe storage.deallocate()
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
      var result: [UInt8] = []
      result.reserveCapacity(source.count)
      for index in 0..<source.count { result.append(source[index]) }
      return result
    }
  }

  /// Compares in a time that depends on the lengths alone.
  public func isEqual(to other: SecretBytes) -> Bool {
    withBytes { left in
      other.withBytes { right in constantTimeEqual(left, right) }
    }
  }
}

/// Overwrites memory with zeros. It is neither inlined nor optimised, and so nothing can be inferred about what it does:
/// the compiler cannot drop the call although the memory is freed right after it.
@inline(never)
@_optimize(none)
func secureWipe(_ memory: inout MutableSpan<UInt8>) {
  var index = 0
  while index < memory.count {
    memory[index] = 0
    index += 1
  }
}
