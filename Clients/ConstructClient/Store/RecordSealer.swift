// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Wire

/// Seals what the store holds, each value bound to its table and row, and makes the tags by which rows are found.
///
/// Two keys come from the store key by HKDF: one seals, one makes tags. A tag is the first 16 bytes of an HMAC-SHA256
/// over what it stands for, so that equal names can be found without standing in the clear.
struct RecordSealer: Sendable {
  /// Bytes of a tag.
  static let tagSize = 16

  private let cipher: StoreCipher
  private let tagKey: SecretBytes

  init(storeKey: SecretBytes) throws(ClientError) {
    do throws(CryptoError) {
      cipher = try StoreCipher(key: Self.derive("Construct store cipher v1", from: storeKey))
      tagKey = try Self.derive("Construct store tags v1", from: storeKey)
    } catch {
      throw ClientError(.cryptography, cause: error)
    }
  }

  private static func derive(_ label: String, from storeKey: SecretBytes) throws(CryptoError) -> SecretBytes {
    try NativeCryptoProvider.hkdfSHA256(
      salt: SecretBytes(copying: []), inputKey: storeKey, info: Array(label.utf8), count: StoreCipher.keySize)
  }

  /// Where a sealed value stands. `row` is the primary key.
  struct Place {
    let table: StaticString
    let row: [UInt8]

    init(_ table: StaticString, row: [UInt8]) {
      self.table = table
      self.row = row
    }

    /// Integers as 8 big-endian bytes each.
    init(_ table: StaticString, row: Int64...) {
      self.init(
        table, row: row.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) } })
    }

    fileprivate var associatedData: [UInt8] { Array("\(table)\0".utf8) + row }
  }

  func seal(_ bytes: [UInt8], at place: Place) throws(ClientError) -> [UInt8] {
    do throws(CryptoError) { return try cipher.seal(bytes, associatedData: place.associatedData) } catch {
      throw ClientError(.cryptography, cause: error)
    }
  }

  /// Seals a key or a session record; no plain copy stays behind.
  func seal(_ secret: SecretBytes, at place: Place) throws(ClientError) -> [UInt8] {
    do throws(CryptoError) { return try cipher.seal(secret, associatedData: place.associatedData) } catch {
      throw ClientError(.cryptography, cause: error)
    }
  }

  func seal<Record: WireRecord>(_ record: Record, at place: Place) throws(ClientError) -> [UInt8] {
    try seal(record.encoded(), at: place)
  }

  /// Throws `.storeDamaged` for a value that was not sealed for this place.
  func open(_ sealed: [UInt8], at place: Place) throws(ClientError) -> [UInt8] {
    do throws(CryptoError) { return try cipher.open(sealed, associatedData: place.associatedData) } catch {
      throw ClientError(.storeDamaged, cause: error)
    }
  }

  /// Opens what was sealed as a secret.
  func openSecret(_ sealed: [UInt8], at place: Place) throws(ClientError) -> SecretBytes {
    do throws(CryptoError) { return try cipher.openSecret(sealed, associatedData: place.associatedData) } catch {
      throw ClientError(.storeDamaged, cause: error)
    }
  }

  func open<Record: WireRecord>(
    _ sealed: [UInt8], at place: Place, as type: Record.Type = Record.self
  ) throws(ClientError) -> Record {
    let bytes = try open(sealed, at: place)
    do throws(WireError) { return try Record(encoded: bytes) } catch { throw ClientError(.storeDamaged, cause: error) }
  }

  /// The tag of some bytes under a label of their own.
  func tag(_ label: StaticString, _ bytes: [UInt8]) -> [UInt8] {
    Array(
      NativeCryptoProvider.hmacSHA256(key: tagKey, message: Array("\(label)\0".utf8) + bytes).exposed()[..<Self.tagSize]
    )
  }
}
