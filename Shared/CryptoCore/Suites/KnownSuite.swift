// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The suites that this core knows. What differs between them and is looked up by a number hangs on this enumeration, so
/// the compiler names the places that a further one has to be added to.
public enum KnownSuite: UInt8, CaseIterable, Sendable {
  /// X25519, Ed25519, ChaCha20-Poly1305, HKDF-SHA256 and HMAC-SHA256.
  case classic = 1
  /// Suite 1 with ML-KEM-768 beside X25519 and ML-DSA-65 beside Ed25519. Recommended.
  case hybrid = 2
  /// The same with ML-KEM-1024 and ML-DSA-87.
  case hybridLevel5 = 3

  /// Nil for any other number.
  public init?(_ id: SuiteID) { self.init(rawValue: id.rawValue) }

  public var id: SuiteID { SuiteID(rawValue: rawValue) }

  /// What stands beside X25519, behind it in every key; nil if nothing does.
  public var kem: MLKEMParameterSet? {
    switch self {
    case .classic: nil
    case .hybrid: HybridLevel3.kem
    case .hybridLevel5: HybridLevel5.kem
    }
  }

  /// What stands beside Ed25519, behind it in every key and signature; nil if nothing does.
  public var latticeSignature: MLDSAParameterSet? {
    switch self {
    case .classic: nil
    case .hybrid: HybridLevel3.signature
    case .hybridLevel5: HybridLevel5.signature
    }
  }

  /// Sizes of certified keys.
  public var keySizes: KeySizes {
    KeySizes(
      signing: KeySizes.classicKey + (latticeSignature?.publicKeySize ?? 0),
      agreement: KeySizes.classicKey + (kem?.publicKeySize ?? 0),
      signature: KeySizes.classicSignature + (latticeSignature?.signatureSize ?? 0))
  }
}

/// Sizes in bytes of a suite's public keys and signatures. Every suite's begin with those of suite 1.
public struct KeySizes: Equatable, Sendable {
  public let signing: Int
  public let agreement: Int
  public let signature: Int

  static let classicKey = 32
  static let classicSignature = 64
}
