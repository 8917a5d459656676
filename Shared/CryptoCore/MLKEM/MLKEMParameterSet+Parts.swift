// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What the encapsulation needs to know of a parameter set (FIPS 203, section 8; η₁ = η₂ = 2 in both), and the sizes of
/// the pieces in which keys and ciphertexts travel.
extension MLKEMParameterSet {
  /// k: the polynomials of a vector.
  var rank: Int {
    switch self {
    case .mlkem768: 3
    case .mlkem1024: 4
    }
  }

  /// d_u: the bits kept of each coefficient in the ciphertext's first part.
  var firstPartBits: Int {
    switch self {
    case .mlkem768: 10
    case .mlkem1024: 11
    }
  }

  /// d_v: the same in its second part.
  var secondPartBits: Int {
    switch self {
    case .mlkem768: 4
    case .mlkem1024: 5
    }
  }

  /// The size of ρ, of m and of H(ek).
  static var blockSize: Int { 32 }
  /// ρ ‖ H(ek): all that the first part of an encapsulation needs.
  static var headerSize: Int { 64 }
  /// t̂: the public key without ρ.
  var vectorSize: Int { 384 * rank }
  var firstPartSize: Int { 32 * firstPartBits * rank }
  var secondPartSize: Int { 32 * secondPartBits }
}
