// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The parameter sets of ML-KEM (FIPS 203) that suites use. Sizes are in bytes.
public enum MLKEMParameterSet: Sendable, CaseIterable {
  case mlkem768
  case mlkem1024

  /// The seed d ‖ z, which is how private keys are kept.
  public static var seedSize: Int { 64 }
  public static var sharedSecretSize: Int { 32 }

  public var publicKeySize: Int {
    switch self {
    case .mlkem768: 1_184
    case .mlkem1024: 1_568
    }
  }

  public var ciphertextSize: Int {
    switch self {
    case .mlkem768: 1_088
    case .mlkem1024: 1_568
    }
  }
}

/// The parameter sets of ML-DSA (FIPS 204) that suites use. Sizes are in bytes.
public enum MLDSAParameterSet: Sendable, CaseIterable {
  case mldsa65
  case mldsa87

  /// The seed ξ, which is how private keys are kept.
  public static var seedSize: Int { 32 }

  public var publicKeySize: Int {
    switch self {
    case .mldsa65: 1_952
    case .mldsa87: 2_592
    }
  }

  public var signatureSize: Int {
    switch self {
    case .mldsa65: 3_309
    case .mldsa87: 4_627
    }
  }
}
