// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CCryptoBoringSSL
public import CryptoCore

extension NativeCryptoProvider {
  public static func mldsaPublicKey(
    of seed: SecretBytes, set: MLDSAParameterSet
  ) throws(CryptoError) -> [UInt8] {
    switch set {
    case .mldsa65: try unsafe MLDSAFunctions.mldsa65.publicKey(of: seed, set: set)
    case .mldsa87: try unsafe MLDSAFunctions.mldsa87.publicKey(of: seed, set: set)
    }
  }

  /// BoringSSL hedges: two signatures of one message differ.
  public static func mldsaSign(
    _ message: [UInt8], seed: SecretBytes, set: MLDSAParameterSet
  ) throws(CryptoError) -> [UInt8] {
    switch set {
    case .mldsa65: try unsafe MLDSAFunctions.mldsa65.sign(message, seed: seed, set: set)
    case .mldsa87: try unsafe MLDSAFunctions.mldsa87.sign(message, seed: seed, set: set)
    }
  }

  public static func mldsaVerify(
    _ signature: [UInt8], of message: [UInt8], context: [UInt8], publicKey: [UInt8],
    set: MLDSAParameterSet
  ) -> Bool {
    guard signature.count == set.signatureSize, publicKey.count == set.publicKeySize else {
      return false
    }
    return switch set {
    case .mldsa65:
      unsafe MLDSAFunctions.mldsa65.verify(
        signature, of: message, context: context, publicKey: publicKey)
    case .mldsa87:
      unsafe MLDSAFunctions.mldsa87.verify(
        signature, of: message, context: context, publicKey: publicKey)
    }
  }
}

/// BoringSSL's functions for one parameter set.
@unsafe
private struct MLDSAFunctions<Private, Public> {
  typealias Bytes = UnsafePointer<UInt8>

  let expand: ExpandedKey<Private>.Expansion
  let derive: (UnsafeMutablePointer<Public>?, UnsafePointer<Private>?) -> CInt
  let marshal: (UnsafeMutablePointer<CBB>?, UnsafePointer<Public>?) -> CInt
  let parse: (UnsafeMutablePointer<Public>?, UnsafeMutablePointer<CBS>?) -> CInt
  let sign: (UnsafeMutablePointer<UInt8>?, UnsafePointer<Private>?, Bytes?, Int, Bytes?, Int) -> CInt
  let verify: (UnsafePointer<Public>?, Bytes?, Int, Bytes?, Int, Bytes?, Int) -> CInt

  func publicKey(of seed: SecretBytes, set: MLDSAParameterSet) throws(CryptoError) -> [UInt8] {
    let key = try unsafe privateKey(seed)
    let bytes = unsafe ParsedKey.encoded(size: set.publicKeySize, marshal: marshal) { target in
      _ = unsafe key.withKey { unsafe derive(target, $0) }
    }
    guard let bytes else { throw .invalidKey }
    return bytes
  }

  func sign(_ message: [UInt8], seed: SecretBytes, set: MLDSAParameterSet) throws(CryptoError)
    -> [UInt8]
  {
    let key = try unsafe privateKey(seed)
    var result: CInt = 0
    let signature = unsafe [UInt8](size: set.signatureSize) { signature in
      result = unsafe message.withUnsafeBufferPointer { message in
        unsafe key.withKey { unsafe sign(signature, $0, message.baseAddress, message.count, nil, 0) }
      }
    }
    guard result == 1 else { throw .invalidKey }
    return signature
  }

  func verify(_ signature: [UInt8], of message: [UInt8], context: [UInt8], publicKey: [UInt8])
    -> Bool
  {
    let result = unsafe ParsedKey.with(publicKey, parse: parse) { key in
      unsafe signature.withUnsafeBufferPointer { signature in
        unsafe message.withUnsafeBufferPointer { message in
          unsafe context.withUnsafeBufferPointer { context in
            unsafe verify(
              key, signature.baseAddress, signature.count, message.baseAddress, message.count,
              context.baseAddress,
              context.count)
          }
        }
      }
    }
    return result == 1
  }

  private func privateKey(_ seed: SecretBytes) throws(CryptoError) -> ExpandedKey<Private> {
    try unsafe ExpandedKey(seed: seed, seedSize: MLDSAParameterSet.seedSize, expand: expand)
  }
}

extension MLDSAFunctions where Private == MLDSA65_private_key, Public == MLDSA65_public_key {
  static var mldsa65: Self {
    unsafe Self(
      expand: CCryptoBoringSSL_MLDSA65_private_key_from_seed,
      derive: CCryptoBoringSSL_MLDSA65_public_from_private,
      marshal: CCryptoBoringSSL_MLDSA65_marshal_public_key,
      parse: CCryptoBoringSSL_MLDSA65_parse_public_key,
      sign: CCryptoBoringSSL_MLDSA65_sign, verify: CCryptoBoringSSL_MLDSA65_verify)
  }
}

extension MLDSAFunctions where Private == MLDSA87_private_key, Public == MLDSA87_public_key {
  static var mldsa87: Self {
    unsafe Self(
      expand: CCryptoBoringSSL_MLDSA87_private_key_from_seed,
      derive: CCryptoBoringSSL_MLDSA87_public_from_private,
      marshal: CCryptoBoringSSL_MLDSA87_marshal_public_key,
      parse: CCryptoBoringSSL_MLDSA87_parse_public_key,
      sign: CCryptoBoringSSL_MLDSA87_sign, verify: CCryptoBoringSSL_MLDSA87_verify)
  }
}
