// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
public import CryptoCore
import Foundation

extension NativeCryptoProvider {
  public static func mldsaPublicKey(
    of seed: SecretBytes, set: MLDSAParameterSet
  ) throws(CryptoCore.CryptoError) -> [UInt8] {
    switch set {
    case .mldsa65: Array(try mldsa65Key(seed).publicKey.rawRepresentation)
    case .mldsa87: Array(try mldsa87Key(seed).publicKey.rawRepresentation)
    }
  }

  /// BoringSSL hedges: two signatures of one message differ.
  public static func mldsaSign(
    _ message: [UInt8], seed: SecretBytes, set: MLDSAParameterSet
  ) throws(CryptoCore.CryptoError) -> [UInt8] {
    do {
      return switch set {
      case .mldsa65: Array(try mldsa65Key(seed).signature(for: message))
      case .mldsa87: Array(try mldsa87Key(seed).signature(for: message))
      }
    } catch let error as CryptoCore.CryptoError {
      throw error
    } catch {
      throw .invalidKey
    }
  }

  public static func mldsaVerify(
    _ signature: [UInt8], of message: [UInt8], context: [UInt8], publicKey: [UInt8], set: MLDSAParameterSet
  ) -> Bool {
    guard signature.count == set.signatureSize, publicKey.count == set.publicKeySize else { return false }
    do {
      return switch set {
      case .mldsa65:
        try MLDSA65.PublicKey(rawRepresentation: publicKey)
          .isValidSignature(signature, for: message, context: context)
      case .mldsa87:
        try MLDSA87.PublicKey(rawRepresentation: publicKey)
          .isValidSignature(signature, for: message, context: context)
      }
    } catch {
      return false
    }
  }

  private static func mldsa65Key(_ seed: SecretBytes) throws(CryptoCore.CryptoError) -> MLDSA65.PrivateKey {
    guard seed.count == MLDSAParameterSet.seedSize else { throw .invalidKeyLength }
    do {
      return try seed.withBytes { bytes in
        try unsafe bytes.withUnsafeBytes { try unsafe MLDSA65.PrivateKey(seedRepresentation: $0, publicKey: nil) }
      }
    } catch {
      throw .invalidKey
    }
  }

  private static func mldsa87Key(_ seed: SecretBytes) throws(CryptoCore.CryptoError) -> MLDSA87.PrivateKey {
    guard seed.count == MLDSAParameterSet.seedSize else { throw .invalidKeyLength }
    do {
      return try seed.withBytes { bytes in
        try unsafe bytes.withUnsafeBytes { try unsafe MLDSA87.PrivateKey(seedRepresentation: $0, publicKey: nil) }
      }
    } catch {
      throw .invalidKey
    }
  }
}
