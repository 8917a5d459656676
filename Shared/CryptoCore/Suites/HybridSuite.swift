// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What distinguishes one hybrid suite from another.
public protocol HybridLevel: Sendable {
  static var id: SuiteID { get }
  static var kem: MLKEMParameterSet { get }
  static var signature: MLDSAParameterSet { get }
  static var ratchetParameters: RatchetParameters { get }
  static var braidParameters: BraidParameters { get }
}

/// NIST's security category 3: suite 2.
public enum HybridLevel3: HybridLevel {
  public static var id: SuiteID { .hybrid }
  public static var kem: MLKEMParameterSet { .mlkem768 }
  public static var signature: MLDSAParameterSet { .mldsa65 }
  public static let ratchetParameters = RatchetParameters(suite: .hybrid)
  public static let braidParameters = BraidParameters(suite: .hybrid, set: kem)
}

/// NIST's security category 5: suite 3.
public enum HybridLevel5: HybridLevel {
  public static var id: SuiteID { .hybridLevel5 }
  public static var kem: MLKEMParameterSet { .mlkem1024 }
  public static var signature: MLDSAParameterSet { .mldsa87 }
  public static let ratchetParameters = RatchetParameters(suite: .hybridLevel5)
  public static let braidParameters = BraidParameters(suite: .hybridLevel5, set: kem)
}

/// Suites 2 and 3: suite 1 with a lattice part beside each of its asymmetric ones.
///
/// Keys and signatures are concatenations, the classic part first: so their first bytes are a suite-1 key or signature.
/// Signing keys are Ed25519 ‖ ML-DSA, both parts sign the same message, and a signature is valid only if both parts are.
public enum HybridSuite<Provider: CryptoProvider, Level: HybridLevel>: Curve25519Suite, BraidProfile {
  public typealias KEM = MLKEM<Provider, Level>
  public typealias Sparse = PostQuantumRatchet<HybridSuite>

  public static var id: SuiteID { Level.id }
  public static var ratchetParameters: RatchetParameters { Level.ratchetParameters }
  public static var braidParameters: BraidParameters { Level.braidParameters }

  public static var signaturePrivateKeySize: Int { classicSeedSize + MLDSAParameterSet.seedSize }
  public static var signaturePublicKeySize: Int {
    KeySizes.classicKey + Level.signature.publicKeySize
  }
  public static var signatureSize: Int { KeySizes.classicSignature + Level.signature.signatureSize }

  private static var classicSeedSize: Int { 32 }

  public static func generateSignatureKey() throws(CryptoError) -> SecretBytes {
    try Provider.randomSecret(count: signaturePrivateKeySize)
  }

  public static func signaturePublicKey(of privateKey: SecretBytes) throws(CryptoError) -> [UInt8] {
    let (classic, lattice) = try seeds(privateKey)
    return try Provider.ed25519PublicKey(of: classic)
      + Provider.mldsaPublicKey(of: lattice, set: Level.signature)
  }

  public static func sign(_ message: [UInt8], privateKey: SecretBytes) throws(CryptoError)
    -> [UInt8]
  {
    let (classic, lattice) = try seeds(privateKey)
    return try Provider.ed25519Sign(message, seed: classic)
      + Provider.mldsaSign(message, seed: lattice, set: Level.signature)
  }

  public static func isValid(signature: [UInt8], of message: [UInt8], publicKey: [UInt8]) -> Bool {
    guard signature.count == signatureSize, publicKey.count == signaturePublicKeySize else {
      return false
    }
    let (signatureEnd, keyEnd) = (KeySizes.classicSignature, KeySizes.classicKey)
    return Provider.ed25519Verify(
      Array(signature[..<signatureEnd]), of: message, publicKey: Array(publicKey[..<keyEnd]))
      && Provider.mldsaVerify(
        Array(signature[signatureEnd...]), of: message, context: [],
        publicKey: Array(publicKey[keyEnd...]),
        set: Level.signature)
  }

  private static func seeds(_ privateKey: SecretBytes) throws(CryptoError) -> (
    SecretBytes, SecretBytes
  ) {
    guard privateKey.count == signaturePrivateKeySize else { throw .invalidKeyLength }
    return (
      privateKey.slice(0..<classicSeedSize), privateKey.slice(classicSeedSize..<privateKey.count)
    )
  }
}
