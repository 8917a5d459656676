// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import Foundation
import NativeCrypto

/// How a profile is unlocked: the one file of it that is not sealed. It holds no secret in the clear.
///
/// The store key is random and sealed under the key that passphrase or key file give, so that either can be changed
/// without touching the store.
struct ProfileHeader: Codable, Sendable {
  enum Unlock: String, Codable {
    case passphrase, keyFile
  }

  var version: Int
  var unlock: Unlock
  /// Where the key file was at creation, so that it need not be named each time.
  var keyFile: String?
  /// Argon2id's salt: 16 bytes as hexadecimal digits.
  var salt: String
  /// Argon2id's passes over the memory.
  var passes: UInt32
  /// Argon2id's memory in KiB.
  var memoryKiB: UInt32
  /// The store key, sealed by `StoreCipher`, as hexadecimal digits.
  var sealedKey: String

  static let currentVersion = 1

  /// A header for a new profile, and its store key.
  static func make(
    unlockedBy key: ProfileKey, parameters: PasswordHash.Parameters
  ) throws(ClientError) -> (header: ProfileHeader, storeKey: SecretBytes) {
    if case .passphrase(let passphrase) = key, passphrase.count < ProfileKey.minimumPassphraseBytes {
      throw ClientError(.passphraseTooShort)
    }
    do {
      let salt = try NativeCryptoProvider.randomBytes(count: PasswordHash.saltSize)
      let storeKey = try StoreCipher.generateKey()
      var header = ProfileHeader(
        version: currentVersion, unlock: key.kind, keyFile: nil, salt: Hex.encode(salt), passes: parameters.passes,
        memoryKiB: parameters.memoryKiB, sealedKey: "")
      if case .keyFile(let path) = key { header.keyFile = path }
      let wrappingKey = try key.wrappingKey(salt: salt, parameters: parameters)
      header.sealedKey = Hex.encode(
        try StoreCipher(key: wrappingKey).seal(storeKey, associatedData: header.associatedData))
      return (header, storeKey)
    } catch {
      throw .wrapping(error, as: .cryptography)
    }
  }

  /// The store key. Throws `.wrongKey`, or `.storeDamaged` for a header that makes no sense.
  func storeKey(unlockedBy key: ProfileKey) throws(ClientError) -> SecretBytes {
    guard key.kind == unlock else { throw ClientError(.wrongKey) }
    guard let salt = Hex.decode(Array(salt.utf8)), let sealed = Hex.decode(Array(sealedKey.utf8)) else {
      throw ClientError(.storeDamaged)
    }
    let parameters: PasswordHash.Parameters
    do throws(PasswordHash.Failure) { parameters = try .init(passes: passes, memoryKiB: memoryKiB) } catch {
      throw ClientError(.storeDamaged, cause: error)
    }
    let wrappingKey = try key.wrappingKey(salt: salt, parameters: parameters)
    do throws(CryptoError) {
      return try StoreCipher(key: wrappingKey).openSecret(sealed, associatedData: associatedData)
    } catch {
      throw ClientError(error == .authenticationFailed ? .wrongKey : .storeDamaged, cause: error)
    }
  }

  /// Binds the sealed key to everything else that the header says about it.
  private var associatedData: [UInt8] {
    Array("Construct profile header v1\0\(version)\0\(unlock.rawValue)\0\(salt)\0\(passes)\0\(memoryKiB)".utf8)
  }

  /// Reads a profile's header. Throws `.profileMissing`, `.storeTooNew` or `.storeDamaged`.
  static func read(from directory: ProfileDirectory) throws(ClientError) -> ProfileHeader {
    let bytes: [UInt8]
    do throws(SystemCalls.Failure) {
      bytes = try SystemCalls.openForReading(directory.headerPath).read(atMost: 65_536)
    } catch {
      throw ClientError(error.isMissing ? .profileMissing : .storeFailed, cause: error)
    }
    let header: ProfileHeader
    do { header = try JSONDecoder().decode(ProfileHeader.self, from: Data(bytes)) } catch {
      throw ClientError(.storeDamaged, cause: error)
    }
    guard header.version <= currentVersion else { throw ClientError(.storeTooNew) }
    return header
  }

  func write(to directory: ProfileDirectory) throws(ClientError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      try SystemCalls.replaceFile(directory.headerPath, with: [UInt8](try encoder.encode(self)) + [0x0A])
    } catch {
      throw ClientError(.storeFailed, cause: error)
    }
  }
}
