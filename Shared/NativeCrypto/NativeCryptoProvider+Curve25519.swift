// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
public import CryptoCore
import Foundation

extension NativeCryptoProvider {
  public static func x25519PublicKey(of privateKey: SecretBytes) throws(CryptoCore.CryptoError) -> [UInt8] {
    Array(try agreementKey(privateKey).publicKey.rawRepresentation)
  }

  public static func x25519(privateKey: SecretBytes, publicKey: [UInt8]) throws(CryptoCore.CryptoError) -> SecretBytes {
    guard publicKey.count == 32 else { throw .invalidKeyLength }
    let key = try agreementKey(privateKey)
    let secret: SecretBytes
    do {
      let remote = try Curve25519.KeyAgreement.PublicKey(rawRepresentation: publicKey)
      // BoringSSL refuses an all-zero result; the check below does not rely on it.
      secret = SecretBytes(copyingContentsOf: try key.sharedSecretFromKeyAgreement(with: remote))
    } catch {
      throw .invalidKey
    }
    guard !secret.isEqual(to: SecretBytes(copying: [UInt8](repeating: 0, count: 32))) else { throw .invalidKey }
    return secret
  }

  public static func ed25519PublicKey(of seed: SecretBytes) throws(CryptoCore.CryptoError) -> [UInt8] {
    Array(try signingKey(seed).publicKey.rawRepresentation)
  }

  public static func ed25519Sign(_ message: [UInt8], seed: SecretBytes) throws(CryptoCore.CryptoError) -> [UInt8] {
    let key = try signingKey(seed)
    do {
      return Array(try key.signature(for: message))
    } catch {
      throw .invalidKey
    }
  }

  /// Cofactorless verification with S < L, as BoringSSL does it; see docs/protocol.md for what follows from that.
  public static func ed25519Verify(_ signature: [UInt8], of message: [UInt8], publicKey: [UInt8]) -> Bool {
    guard signature.count == 64, publicKey.count == 32 else { return false }
    do {
      return try Curve25519.Signing.PublicKey(rawRepresentation: publicKey).isValidSignature(signature, for: message)
    } catch {
      return false
    }
  }

  private static func agreementKey(_ bytes: SecretBytes) throws(CryptoCore.CryptoError)
    -> Curve25519.KeyAgreement.PrivateKey
  {
    guard bytes.count == 32 else { throw .invalidKeyLength }
    do {
      return try bytes.withBytes { bytes in
        try unsafe bytes.withUnsafeBytes { try unsafe Curve25519.KeyAgreement.PrivateKey(rawRepresentation: $0) }
      }
    } catch {
      throw .invalidKey
    }
  }

  private static func signingKey(_ seed: SecretBytes) throws(CryptoCore.CryptoError) -> Curve25519.Signing.PrivateKey {
    guard seed.count == 32 else { throw .invalidKeyLength }
    do {
      return try seed.withBytes { bytes in
        try unsafe bytes.withUnsafeBytes { try unsafe Curve25519.Signing.PrivateKey(rawRepresentation: $0) }
      }
    } catch {
      throw .invalidKey
    }
  }
}
