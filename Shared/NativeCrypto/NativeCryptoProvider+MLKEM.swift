// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
public import CryptoCore
import Foundation

extension NativeCryptoProvider {
  public static func mlkemPublicKey(
    of seed: SecretBytes, set: MLKEMParameterSet
  ) throws(CryptoCore.CryptoError) -> [UInt8] {
    switch set {
    case .mlkem768: try MLKEM768.publicKey(of: seed)
    case .mlkem1024: try MLKEM1024.publicKey(of: seed)
    }
  }

  public static func mlkemCheck(publicKey: [UInt8], set: MLKEMParameterSet) throws(CryptoCore.CryptoError) {
    switch set {
    case .mlkem768: _ = try MLKEM768.parse(publicKey, set: set)
    case .mlkem1024: _ = try MLKEM1024.parse(publicKey, set: set)
    }
  }

  public static func mlkemEncapsulate(
    to publicKey: [UInt8], set: MLKEMParameterSet
  ) throws(CryptoCore.CryptoError) -> Encapsulation {
    switch set {
    case .mlkem768: try MLKEM768.encapsulate(to: publicKey, set: set)
    case .mlkem1024: try MLKEM1024.encapsulate(to: publicKey, set: set)
    }
  }

  public static func mlkemDecapsulate(
    _ ciphertext: [UInt8], seed: SecretBytes, set: MLKEMParameterSet
  ) throws(CryptoCore.CryptoError) -> SecretBytes {
    switch set {
    case .mlkem768: try MLKEM768.decapsulate(ciphertext, seed: seed, set: set)
    case .mlkem1024: try MLKEM1024.decapsulate(ciphertext, seed: seed, set: set)
    }
  }
}

/// What swift-crypto's two parameter sets have in common and no public protocol of its own says.
private protocol ModuleLatticeKEM {
  associatedtype Public: KEMPublicKey
  associatedtype Private: KEMPrivateKey where Private.PublicKey == Public

  static func privateKey(seed: UnsafeRawBufferPointer) throws -> Private
  static func publicKey(rawRepresentation: [UInt8]) throws -> Public
  static func rawRepresentation(of publicKey: Public) -> Data
}

extension MLKEM768: ModuleLatticeKEM {
  fileprivate static func privateKey(seed: UnsafeRawBufferPointer) throws -> PrivateKey {
    try unsafe PrivateKey(seedRepresentation: seed, publicKey: nil)
  }

  fileprivate static func publicKey(rawRepresentation: [UInt8]) throws -> PublicKey {
    try PublicKey(rawRepresentation: rawRepresentation)
  }

  fileprivate static func rawRepresentation(of publicKey: PublicKey) -> Data { publicKey.rawRepresentation }
}

extension MLKEM1024: ModuleLatticeKEM {
  fileprivate static func privateKey(seed: UnsafeRawBufferPointer) throws -> PrivateKey {
    try unsafe PrivateKey(seedRepresentation: seed, publicKey: nil)
  }

  fileprivate static func publicKey(rawRepresentation: [UInt8]) throws -> PublicKey {
    try PublicKey(rawRepresentation: rawRepresentation)
  }

  fileprivate static func rawRepresentation(of publicKey: PublicKey) -> Data { publicKey.rawRepresentation }
}

extension ModuleLatticeKEM {
  fileprivate static func publicKey(of seed: SecretBytes) throws(CryptoCore.CryptoError) -> [UInt8] {
    Array(rawRepresentation(of: try privateKey(seed).publicKey))
  }

  /// BoringSSL decodes and encodes the key again in its head: a coefficient that is not below q is refused.
  fileprivate static func parse(
    _ bytes: [UInt8], set: MLKEMParameterSet
  ) throws(CryptoCore.CryptoError) -> Public {
    guard bytes.count == set.publicKeySize else { throw .invalidKeyLength }
    do {
      return try publicKey(rawRepresentation: bytes)
    } catch {
      throw .invalidKey
    }
  }

  fileprivate static func encapsulate(
    to bytes: [UInt8], set: MLKEMParameterSet
  ) throws(CryptoCore.CryptoError) -> Encapsulation {
    let key = try parse(bytes, set: set)
    do {
      let result = try key.encapsulate()
      return Encapsulation(
        ciphertext: Array(result.encapsulated), secret: SecretBytes(copyingContentsOf: result.sharedSecret))
    } catch {
      throw .invalidKey
    }
  }

  fileprivate static func decapsulate(
    _ ciphertext: [UInt8], seed: SecretBytes, set: MLKEMParameterSet
  ) throws(CryptoCore.CryptoError) -> SecretBytes {
    guard ciphertext.count == set.ciphertextSize else { throw .malformed }
    let key = try privateKey(seed)
    do {
      return SecretBytes(copyingContentsOf: try key.decapsulate(Data(ciphertext)))
    } catch {
      throw .invalidKey
    }
  }

  private static func privateKey(_ seed: SecretBytes) throws(CryptoCore.CryptoError) -> Private {
    guard seed.count == MLKEMParameterSet.seedSize else { throw .invalidKeyLength }
    do {
      return try seed.withBytes { bytes in
        try unsafe bytes.withUnsafeBytes { try unsafe privateKey(seed: $0) }
      }
    } catch {
      throw .invalidKey
    }
  }
}
