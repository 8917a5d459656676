// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import CryptoCore
import NativeCrypto

/// What unlocks a profile.
public enum ProfileKey: Sendable {
  /// A passphrase of at least `minimumPassphraseBytes`, as UTF-8. Argon2id makes a key of it.
  case passphrase(SecretBytes)
  /// The path of a file with 64 hexadecimal digits that nobody but its owner can read.
  case keyFile(String)

  /// Bytes of the shortest passphrase.
  public static let minimumPassphraseBytes = 8

  /// Writes a key file with a fresh random key. Throws `.keyFileInvalid` if there is a file already, or it cannot be
  /// made.
  public static func createKeyFile(_ path: String) throws(ClientError) {
    do {
      let key = try StoreCipher.generateKey().exposed()
      try SystemCalls.createFile(path, with: Array((Hex.encode(key) + "\n").utf8))
    } catch {
      throw ClientError(.keyFileInvalid, cause: error)
    }
  }

  var kind: ProfileHeader.Unlock {
    switch self {
    case .passphrase: .passphrase
    case .keyFile: .keyFile
    }
  }

  /// The key that the store key is sealed under. Takes as long as Argon2id's costs make it.
  func wrappingKey(salt: [UInt8], parameters: PasswordHash.Parameters) throws(ClientError) -> SecretBytes {
    switch self {
    case .passphrase(let passphrase):
      do throws(PasswordHash.Failure) {
        return try PasswordHash.deriveKey(passphrase: passphrase, salt: salt, parameters: parameters)
      } catch {
        throw ClientError(error == .emptyPassphrase ? .passphraseTooShort : .storeDamaged, cause: error)
      }
    case .keyFile(let path):
      return try Self.readKeyFile(path)
    }
  }

  private static func readKeyFile(_ path: String) throws(ClientError) -> SecretBytes {
    do {
      let file = try SystemCalls.openForReading(path)
      guard try file.mode() & 0o077 == 0 else { throw ClientError(.keyFileInvalid) }
      var digits = try file.read(atMost: 256)
      while let last = digits.last, last == 0x0A || last == 0x0D { digits.removeLast() }
      guard let key = Hex.decode(digits), key.count == StoreCipher.keySize else { throw ClientError(.keyFileInvalid) }
      return SecretBytes(copying: key)
    } catch {
      throw .wrapping(error, as: .keyFileInvalid)
    }
  }
}
