// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The number of a cipher suite, one byte wherever it is written.
public struct SuiteID: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// X25519, Ed25519, ChaCha20-Poly1305, HKDF-SHA256 and HMAC-SHA256.
  public static let classic = SuiteID(rawValue: 1)
  /// Suite 1 with ML-KEM-768 beside X25519 and ML-DSA-65 beside Ed25519. Recommended.
  public static let hybrid = SuiteID(rawValue: 2)
  /// The same with ML-KEM-1024 and ML-DSA-87.
  public static let hybridLevel5 = SuiteID(rawValue: 3)

  /// The suite in which to open a session with a device whose certified keys are of suite `certified`: the device's
  /// own if this client implements it, else the classic one, which every device answers.
  public static func forSession(withDeviceOf certified: SuiteID, implemented: [SuiteID]) -> SuiteID {
    implemented.contains(certified) ? certified : .classic
  }

  /// Sizes of certified keys in the suites that this core knows; nil for others, whose keys are opaque.
  var keySizes: KeySizes? {
    switch self {
    case .classic: KeySizes(signing: 32, agreement: 32, signature: 64)
    case .hybrid: KeySizes(kem: .mlkem768, signature: .mldsa65)
    case .hybridLevel5: KeySizes(kem: .mlkem1024, signature: .mldsa87)
    default: nil
    }
  }
}

/// Sizes in bytes of a suite's public keys and signatures. Every suite's begin with those of suite 1.
struct KeySizes {
  let signing: Int
  let agreement: Int
  let signature: Int

  static let classicKey = 32
  static let classicSignature = 64

  init(signing: Int, agreement: Int, signature: Int) {
    self.signing = signing
    self.agreement = agreement
    self.signature = signature
  }

  init(kem: MLKEMParameterSet, signature: MLDSAParameterSet) {
    self.init(
      signing: Self.classicKey + signature.publicKeySize, agreement: Self.classicKey + kem.publicKeySize,
      signature: Self.classicSignature + signature.signatureSize)
  }
}
