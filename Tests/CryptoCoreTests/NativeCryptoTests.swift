// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Testing

@Suite("Password hash and store cipher")
struct NativeCryptoTests {
  typealias Parameters = PasswordHash.Parameters

  /// Computed with the reference implementation: argon2 -id -v 13 -t 2 -k 64 -p 1 -l 32.
  @Test("Argon2id agrees with the reference implementation")
  func referenceVector() throws {
    let key = try PasswordHash.deriveKey(
      passphrase: SecretBytes(copying: Array("password".utf8)), salt: Array("somesaltsomesalt".utf8),
      parameters: Parameters(passes: 2, memoryKiB: 64))
    #expect(try key.exposed() == Hex("1a98fba8e6394425c9bdc333a9c750aaf811df070f5fb4a5788e1cf4db5793a1").bytes)
  }

  @Test("passphrase, salt and each parameter change the key")
  func inputs() throws {
    let small = try Parameters(passes: 1, memoryKiB: 8)
    let salt = [UInt8](repeating: 1, count: 16)
    let passphrase = SecretBytes(copying: Array("correct horse".utf8))
    let key = try PasswordHash.deriveKey(passphrase: passphrase, salt: salt, parameters: small)
    #expect(key.count == 32)
    #expect(key.isEqual(to: try PasswordHash.deriveKey(passphrase: passphrase, salt: salt, parameters: small)))
    let others = [
      try PasswordHash.deriveKey(passphrase: SecretBytes(copying: [1]), salt: salt, parameters: small),
      try PasswordHash.deriveKey(
        passphrase: passphrase, salt: [UInt8](repeating: 2, count: 16), parameters: small),
      try PasswordHash.deriveKey(
        passphrase: passphrase, salt: salt, parameters: Parameters(passes: 2, memoryKiB: 8)),
      try PasswordHash.deriveKey(
        passphrase: passphrase, salt: salt, parameters: Parameters(passes: 1, memoryKiB: 16)),
    ]
    for other in others { #expect(!key.isEqual(to: other)) }
  }

  @Test("wrong salts, lengths, parameters and an empty passphrase have their own errors")
  func refusals() throws {
    let small = try Parameters(passes: 1, memoryKiB: 8)
    let salt = [UInt8](repeating: 1, count: 16)
    let passphrase = SecretBytes(copying: [1])
    #expect(throws: PasswordHash.Failure.invalidSalt) {
      try PasswordHash.deriveKey(passphrase: passphrase, salt: [1], parameters: small)
    }
    #expect(throws: PasswordHash.Failure.invalidLength) {
      try PasswordHash.deriveKey(passphrase: passphrase, salt: salt, parameters: small, count: 15)
    }
    #expect(throws: PasswordHash.Failure.emptyPassphrase) {
      try PasswordHash.deriveKey(passphrase: SecretBytes(copying: []), salt: salt, parameters: small)
    }
    for (passes, memory) in [(0, 64), (17, 64), (1, 7), (1, 4_194_305)] as [(UInt32, UInt32)] {
      #expect(throws: PasswordHash.Failure.invalidParameters) { try Parameters(passes: passes, memoryKiB: memory) }
    }
    #expect(throws: PasswordHash.Failure.invalidParameters) { try Parameters(serialized: [1, 2, 3]) }
    #expect(Parameters.standard.serialized == [0, 0, 0, 3, 0, 1, 0, 0])
    #expect(try Parameters(serialized: Parameters.standard.serialized) == .standard)
  }

  @Test("a sealed value opens only unchanged, in its place and with its key")
  func storeCipher() throws {
    let cipher = try StoreCipher(key: StoreCipher.generateKey())
    let sealed = try cipher.seal([1, 2, 3], associatedData: [7])
    #expect(sealed.count == 3 + StoreCipher.overhead && sealed[0] == 1)
    #expect(try cipher.open(sealed, associatedData: [7]) == [1, 2, 3])
    #expect(try cipher.seal([1, 2, 3], associatedData: [7]) != sealed)
    #expect(throws: CryptoError.authenticationFailed) { try cipher.open(sealed, associatedData: [8]) }
    let other = try StoreCipher(key: StoreCipher.generateKey())
    #expect(throws: CryptoError.authenticationFailed) { try other.open(sealed, associatedData: [7]) }
    for index in sealed.indices {
      var changed = sealed
      changed[index] ^= 1
      #expect(throws: CryptoError.self) { try cipher.open(changed, associatedData: [7]) }
    }
    #expect(throws: CryptoError.malformed) { try cipher.open(Array(sealed.prefix(28)), associatedData: [7]) }
    #expect(throws: CryptoError.invalidKeyLength) { try StoreCipher(key: SecretBytes(copying: [1])) }
    let secret = SecretBytes(copying: [4, 5, 6])
    let sealedSecret = try cipher.seal(secret, associatedData: [])
    #expect(try cipher.openSecret(sealedSecret, associatedData: []).isEqual(to: secret))
  }

  @Test("random bytes have the asked length and differ")
  func randomness() throws {
    for count in [0, 1, 7, 8, 9, 32, 1_000] {
      #expect(try NativeCryptoProvider.randomBytes(count: count).count == count)
      #expect(try NativeCryptoProvider.randomSecret(count: count).count == count)
    }
    #expect(try NativeCryptoProvider.randomBytes(count: 32) != NativeCryptoProvider.randomBytes(count: 32))
    #expect(throws: CryptoError.invalidLength) { try NativeCryptoProvider.randomBytes(count: -1) }
    #expect(throws: CryptoError.invalidLength) { try NativeCryptoProvider.randomSecret(count: -1) }
  }
}
