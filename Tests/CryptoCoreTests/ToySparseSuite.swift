// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import VectorRunner

/// Suite 1 with a sparse ratchet of the tests' own, a hash chain that adds four bytes to headers: it shows that a suite
/// with one fits the ratchet, the layouts and the sessions as they are.
enum ToySparseSuite: WrappedSuite {
  typealias Base = NativeClassicSuite
  typealias Sparse = ToySparseRatchet

  static var id: SuiteID { SuiteID(rawValue: 0xF0) }
  static var ratchetParameters: RatchetParameters { RatchetParameters(suite: id) }
}

/// Each message carries its number (u32) and is keyed with HMAC(seed, number); the state is seed ‖ next number (u32).
struct ToySparseRatchet: SparseRatchet {
  static var seedSize: Int { 32 }
  static var headerLimit: Int { 4 }

  private let seed: SecretBytes
  private var next: UInt32

  init(isInitiator: Bool, seed: SecretBytes) throws(CryptoError) {
    guard seed.count == 32 else { throw .invalidKeyLength }
    self.seed = seed
    next = isInitiator ? 0 : 1 << 31
  }

  init(serialized: SecretBytes) throws(CryptoError) {
    let bytes = serialized.exposed()
    guard bytes.count == 36 else { throw .malformed }
    seed = SecretBytes(copying: Array(bytes[..<32]))
    next = bytes[32...].reduce(0) { $0 << 8 | UInt32($1) }
  }

  func serialized() -> SecretBytes {
    SecretBytes(concatenating: [seed, SecretBytes(copying: Self.bytes(next))])
  }

  mutating func send() throws(CryptoError) -> SparseStep {
    defer { next += 1 }
    return SparseStep(header: Self.bytes(next), key: key(Self.bytes(next)))
  }

  mutating func receivingKey(header: [UInt8]) throws(CryptoError) -> SecretBytes? {
    guard header.count == 4 else { throw .malformed }
    return key(header)
  }

  mutating func receive(header: [UInt8]) throws(CryptoError) {}

  var skippedKeys: Int { 0 }
  mutating func dropSkippedKeys() {}

  private func key(_ header: [UInt8]) -> SecretBytes {
    NativeCryptoProvider.hmacSHA256(key: seed, message: header)
  }

  private static func bytes(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
