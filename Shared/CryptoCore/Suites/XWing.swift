// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// X-Wing (draft-connolly-cfrg-xwing-kem): X25519 and ML-KEM-768 as one KEM, where one is wanted instead of a
/// handshake. Its secret is secure as long as either part is.
///
/// Private keys are X25519 (32) ‖ ML-KEM seed d ‖ z (64), as suite 2 keeps them. Public keys and ciphertexts are X-Wing's:
/// the ML-KEM part first. `publicKey(ofAgreementKey:)` turns suite 2's order into that one.
public enum XWing<Provider: CryptoProvider>: KeyEncapsulation {
  public static var privateKeySize: Int { exchangeKeySize + MLKEMParameterSet.seedSize }
  public static var publicKeySize: Int { parameters.publicKeySize + exchangeKeySize }
  public static var ciphertextSize: Int { parameters.ciphertextSize + exchangeKeySize }
  /// Of X-Wing's own short private key.
  public static var seedSize: Int { 32 }

  private static var parameters: MLKEMParameterSet { .mlkem768 }
  private static var exchangeKeySize: Int { 32 }

  public static func generatePrivateKey() throws(CryptoError) -> SecretBytes {
    try Provider.randomSecret(count: privateKeySize)
  }

  /// The private key that X-Wing expands a seed to. Throws `invalidKeyLength`.
  public static func privateKey(seed: SecretBytes) throws(CryptoError) -> SecretBytes {
    guard seed.count == seedSize else { throw .invalidKeyLength }
    var sponge = KeccakSponge.shake256()
    sponge.absorb(seed)
    let lattice = sponge.squeezeSecret(MLKEMParameterSet.seedSize)
    return SecretBytes(concatenating: [sponge.squeezeSecret(exchangeKeySize), lattice])
  }

  public static func publicKey(of privateKey: SecretBytes) throws(CryptoError) -> [UInt8] {
    let (exchange, lattice) = try parts(privateKey)
    return try Provider.mlkemPublicKey(of: lattice, set: parameters) + Provider.x25519PublicKey(of: exchange)
  }

  /// X-Wing's public key for a suite-2 agreement key or prekey (X25519 ‖ ML-KEM-768). Throws `invalidKeyLength`.
  public static func publicKey(ofAgreementKey key: [UInt8]) throws(CryptoError) -> [UInt8] {
    guard key.count == publicKeySize else { throw .invalidKeyLength }
    return Array(key[exchangeKeySize...] + key[..<exchangeKeySize])
  }

  public static func encapsulate(to publicKey: [UInt8]) throws(CryptoError) -> Encapsulation {
    guard publicKey.count == publicKeySize else { throw .invalidKeyLength }
    let lattice = try Provider.mlkemEncapsulate(to: Array(publicKey[..<parameters.publicKeySize]), set: parameters)
    return try encapsulate(
      to: publicKey, lattice: lattice, ephemeral: Provider.randomSecret(count: exchangeKeySize))
  }

  /// With given randomness (64 bytes: ML-KEM's, then the ephemeral X25519 key), for vectors.
  package static func encapsulate(to publicKey: [UInt8], randomness: SecretBytes) throws(CryptoError) -> Encapsulation {
    guard publicKey.count == publicKeySize, randomness.count == 64 else { throw .invalidKeyLength }
    let lattice = try MLKEMEncapsulation.encapsulate(
      to: Array(publicKey[..<parameters.publicKeySize]), randomness: randomness.slice(0..<32), set: parameters)
    return try encapsulate(to: publicKey, lattice: lattice, ephemeral: randomness.slice(32..<64))
  }

  private static func encapsulate(
    to publicKey: [UInt8], lattice: Encapsulation, ephemeral: SecretBytes
  ) throws(CryptoError) -> Encapsulation {
    let exchangeKey = Array(publicKey[parameters.publicKeySize...])
    let exchangeCiphertext = try Provider.x25519PublicKey(of: ephemeral)
    let exchange = try Provider.x25519(privateKey: ephemeral, publicKey: exchangeKey)
    return Encapsulation(
      ciphertext: lattice.ciphertext + exchangeCiphertext,
      secret: combine(lattice.secret, exchange, exchangeCiphertext, exchangeKey))
  }

  public static func decapsulate(_ ciphertext: [UInt8], privateKey: SecretBytes) throws(CryptoError) -> SecretBytes {
    guard ciphertext.count == ciphertextSize else { throw .malformed }
    let (exchangePrivate, lattice) = try parts(privateKey)
    let exchangeCiphertext = Array(ciphertext[parameters.ciphertextSize...])
    let latticeSecret = try Provider.mlkemDecapsulate(
      Array(ciphertext[..<parameters.ciphertextSize]), seed: lattice, set: parameters)
    let exchange = try Provider.x25519(privateKey: exchangePrivate, publicKey: exchangeCiphertext)
    return combine(
      latticeSecret, exchange, exchangeCiphertext, try Provider.x25519PublicKey(of: exchangePrivate))
  }

  /// SHA3-256(ss_M ‖ ss_X ‖ ct_X ‖ pk_X ‖ label). ML-KEM's secret depends on its own ciphertext and key already.
  private static func combine(
    _ lattice: SecretBytes, _ exchange: SecretBytes, _ exchangeCiphertext: [UInt8], _ exchangeKey: [UInt8]
  ) -> SecretBytes {
    var sponge = KeccakSponge.sha3_256()
    sponge.absorb(lattice)
    sponge.absorb(exchange)
    sponge.absorb(exchangeCiphertext)
    sponge.absorb(exchangeKey)
    sponge.absorb([0x5C, 0x2E, 0x2F, 0x2F, 0x5E, 0x5C])
    return sponge.squeezeSecret(32)
  }

  private static func parts(_ privateKey: SecretBytes) throws(CryptoError) -> (SecretBytes, SecretBytes) {
    guard privateKey.count == privateKeySize else { throw .invalidKeyLength }
    return (privateKey.slice(0..<exchangeKeySize), privateKey.slice(exchangeKeySize..<privateKeySize))
  }
}
