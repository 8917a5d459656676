// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CCryptoBoringSSL
public import CryptoCore

extension NativeCryptoProvider {
  public static func mlkemPublicKey(
    of seed: SecretBytes, set: MLKEMParameterSet
  ) throws(CryptoError) -> [UInt8] {
    switch set {
    case .mlkem768: try unsafe MLKEMFunctions.mlkem768.publicKey(of: seed, set: set)
    case .mlkem1024: try unsafe MLKEMFunctions.mlkem1024.publicKey(of: seed, set: set)
    }
  }

  public static func mlkemCheck(publicKey: [UInt8], set: MLKEMParameterSet) throws(CryptoError) {
    switch set {
    case .mlkem768: try unsafe MLKEMFunctions.mlkem768.with(publicKey, set: set) { _ in }
    case .mlkem1024: try unsafe MLKEMFunctions.mlkem1024.with(publicKey, set: set) { _ in }
    }
  }

  public static func mlkemEncapsulate(
    to publicKey: [UInt8], set: MLKEMParameterSet
  ) throws(CryptoError) -> Encapsulation {
    switch set {
    case .mlkem768: try unsafe MLKEMFunctions.mlkem768.encapsulate(to: publicKey, set: set)
    case .mlkem1024: try unsafe MLKEMFunctions.mlkem1024.encapsulate(to: publicKey, set: set)
    }
  }

  public static func mlkemDecapsulate(
    _ ciphertext: [UInt8], seed: SecretBytes, set: MLKEMParameterSet
  ) throws(CryptoError) -> SecretBytes {
    switch set {
    case .mlkem768: try unsafe MLKEMFunctions.mlkem768.decapsulate(ciphertext, seed: seed, set: set)
    case .mlkem1024:
      try unsafe MLKEMFunctions.mlkem1024.decapsulate(ciphertext, seed: seed, set: set)
    }
  }
}

/// BoringSSL's functions for one parameter set.
@unsafe
private struct MLKEMFunctions<Private, Public> {
  let expand: ExpandedKey<Private>.Expansion
  let derive: (UnsafeMutablePointer<Public>?, UnsafePointer<Private>?) -> Void
  let marshal: (UnsafeMutablePointer<CBB>?, UnsafePointer<Public>?) -> CInt
  let parse: (UnsafeMutablePointer<Public>?, UnsafeMutablePointer<CBS>?) -> CInt
  let encap: (UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<UInt8>?, UnsafePointer<Public>?) -> Void
  let decap: (UnsafeMutablePointer<UInt8>?, UnsafePointer<UInt8>?, Int, UnsafePointer<Private>?) -> CInt

  func publicKey(of seed: SecretBytes, set: MLKEMParameterSet) throws(CryptoError) -> [UInt8] {
    let key = try unsafe privateKey(seed)
    let bytes = unsafe ParsedKey.encoded(size: set.publicKeySize, marshal: marshal) { target in
      unsafe key.withKey { unsafe derive(target, $0) }
    }
    guard let bytes else { throw .invalidKey }
    return bytes
  }

  /// BoringSSL's parser makes the checks of FIPS 203, section 7.2.
  func with<Result>(
    _ publicKey: [UInt8], set: MLKEMParameterSet, _ body: (UnsafePointer<Public>) -> Result
  ) throws(CryptoError) -> Result {
    guard publicKey.count == set.publicKeySize else { throw .invalidKeyLength }
    guard let result = unsafe ParsedKey.with(publicKey, parse: parse, body) else {
      throw .invalidKey
    }
    return result
  }

  func encapsulate(to publicKey: [UInt8], set: MLKEMParameterSet) throws(CryptoError)
    -> Encapsulation
  {
    try unsafe with(publicKey, set: set) { key in
      var ciphertext = [UInt8](repeating: 0, count: set.ciphertextSize)
      let secret = unsafe SecretBytes(size: MLKEMParameterSet.sharedSecretSize) { target in
        unsafe ciphertext.withUnsafeMutableBufferPointer { unsafe encap($0.baseAddress, target, key) }
      }
      return Encapsulation(ciphertext: ciphertext, secret: secret)
    }
  }

  func decapsulate(
    _ ciphertext: [UInt8], seed: SecretBytes, set: MLKEMParameterSet
  ) throws(CryptoError) -> SecretBytes {
    guard ciphertext.count == set.ciphertextSize else { throw .malformed }
    let key = try unsafe privateKey(seed)
    var result: CInt = 0
    let secret = unsafe SecretBytes(size: MLKEMParameterSet.sharedSecretSize) { target in
      result = unsafe ciphertext.withUnsafeBufferPointer { input in
        unsafe key.withKey { unsafe decap(target, input.baseAddress, input.count, $0) }
      }
    }
    guard result == 1 else { throw .malformed }
    return secret
  }

  private func privateKey(_ seed: SecretBytes) throws(CryptoError) -> ExpandedKey<Private> {
    try unsafe ExpandedKey(seed: seed, seedSize: MLKEMParameterSet.seedSize, expand: expand)
  }
}

extension MLKEMFunctions where Private == MLKEM768_private_key, Public == MLKEM768_public_key {
  static var mlkem768: Self {
    unsafe Self(
      expand: CCryptoBoringSSL_MLKEM768_private_key_from_seed,
      derive: CCryptoBoringSSL_MLKEM768_public_from_private,
      marshal: CCryptoBoringSSL_MLKEM768_marshal_public_key,
      parse: CCryptoBoringSSL_MLKEM768_parse_public_key,
      encap: CCryptoBoringSSL_MLKEM768_encap, decap: CCryptoBoringSSL_MLKEM768_decap)
  }
}

extension MLKEMFunctions where Private == MLKEM1024_private_key, Public == MLKEM1024_public_key {
  static var mlkem1024: Self {
    unsafe Self(
      expand: CCryptoBoringSSL_MLKEM1024_private_key_from_seed,
      derive: CCryptoBoringSSL_MLKEM1024_public_from_private,
      marshal: CCryptoBoringSSL_MLKEM1024_marshal_public_key,
      parse: CCryptoBoringSSL_MLKEM1024_parse_public_key,
      encap: CCryptoBoringSSL_MLKEM1024_encap, decap: CCryptoBoringSSL_MLKEM1024_decap)
  }
}
