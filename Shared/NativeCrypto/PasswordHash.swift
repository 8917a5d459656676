// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CSodium
public import CryptoCore

/// Argon2id (version 1.3), which makes a key out of a passphrase. The parameters are stored beside what the key
/// protects, so that they can be raised later without locking anybody out.
public enum PasswordHash {
  /// What went wrong.
  public enum Failure: Error, Equatable, Sendable {
    /// The parameters are outside `Parameters`' bounds, or stored ones do not parse.
    case invalidParameters
    /// The passphrase is empty.
    case emptyPassphrase
    /// The salt has not 16 bytes.
    case invalidSalt
    /// The asked key has fewer than 16 or more than 64 bytes.
    case invalidLength
    /// libsodium could not get the memory.
    case outOfMemory
  }

  /// Bytes of salt.
  public static let saltSize = 16

  /// Argon2id's costs; parallelism is 1, as libsodium has it.
  public struct Parameters: Hashable, Sendable {
    /// Passes over the memory, `1...16`.
    public let passes: UInt32
    /// Memory in KiB, `8...4,194,304` (4 GiB).
    public let memoryKiB: UInt32

    /// Throws `invalidParameters` outside the bounds: stored parameters are data, and must not exhaust the machine.
    public init(passes: UInt32, memoryKiB: UInt32) throws(Failure) {
      guard (1...16).contains(passes), (8...4_194_304).contains(memoryKiB) else { throw .invalidParameters }
      self.init(checkedPasses: passes, memoryKiB: memoryKiB)
    }

    private init(checkedPasses: UInt32, memoryKiB: UInt32) {
      passes = checkedPasses
      self.memoryKiB = memoryKiB
    }

    /// 64 MiB and 3 passes: RFC 9106's second recommendation, about 0.2 s.
    public static let standard = Parameters(checkedPasses: 3, memoryKiB: 65_536)

    /// passes (u32, big-endian) ‖ memory in KiB (u32): 8 bytes.
    public var serialized: [UInt8] {
      var result: [UInt8] = []
      for value in [passes, memoryKiB] {
        for shift in stride(from: 24, through: 0, by: -8) {
          result.append(UInt8(truncatingIfNeeded: value >> UInt32(shift)))
        }
      }
      return result
    }

    /// Reads `serialized`. Throws `invalidParameters`.
    public init(serialized: [UInt8]) throws(Failure) {
      guard serialized.count == 8 else { throw .invalidParameters }
      var values: [UInt32] = [0, 0]
      for index in 0..<8 { values[index / 4] = values[index / 4] << 8 | UInt32(serialized[index]) }
      try self.init(passes: values[0], memoryKiB: values[1])
    }
  }

  /// Derives `count` bytes (`16...64`) from a passphrase and a salt of 16 random bytes. Takes as long as the parameters
  /// make it: never call it on an event loop.
  public static func deriveKey(
    passphrase: SecretBytes, salt: [UInt8], parameters: Parameters, count: Int = 32
  ) throws(Failure) -> SecretBytes {
    guard passphrase.count > 0 else { throw .emptyPassphrase }
    guard salt.count == saltSize else { throw .invalidSalt }
    guard (16...64).contains(count) else { throw .invalidLength }
    var result: Int32 = -1
    let key = SecretBytes(count: count) { target in
      result = unsafe target.withUnsafeMutableBufferPointer { target in
        passphrase.withBytes { passphrase in
          unsafe passphrase.withUnsafeBytes { passphrase in
            unsafe salt.withUnsafeBufferPointer { salt in
              guard let output = target.baseAddress, let input = passphrase.baseAddress,
                let salt = salt.baseAddress
              else { return Int32(-1) }
              return unsafe crypto_pwhash(
                output, UInt64(count), input.assumingMemoryBound(to: CChar.self), UInt64(passphrase.count), salt,
                UInt64(parameters.passes), Int(parameters.memoryKiB) * 1024, crypto_pwhash_ALG_ARGON2ID13)
            }
          }
        }
      }
    }
    guard result == 0 else { throw .outOfMemory }
    return key
  }
}
