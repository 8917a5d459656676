// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The X3DH key agreement (Signal's specification, revision 1), with a KEM's secret appended where a suite has one
/// (PQXDH, revision 3).
///
/// DH1 = DH(IK_A, SPK_B), DH2 = DH(EK_A, IK_B), DH3 = DH(EK_A, SPK_B), DH4 = DH(EK_A, OPK_B).
package enum X3DH<Suite: CipherSuite> {
  /// A's side: its identity and ephemeral private keys, B's public keys.
  package static func initiatorExchanges(
    identity: SecretBytes, ephemeral: SecretBytes,
    remoteIdentity: [UInt8], signedPreKey: [UInt8], fourthPreKey: [UInt8]?
  ) throws(CryptoError) -> [SecretBytes] {
    var result = [
      try Suite.agree(privateKey: identity, publicKey: signedPreKey),
      try Suite.agree(privateKey: ephemeral, publicKey: remoteIdentity),
      try Suite.agree(privateKey: ephemeral, publicKey: signedPreKey),
    ]
    if let fourthPreKey {
      result.append(try Suite.agree(privateKey: ephemeral, publicKey: fourthPreKey))
    }
    return result
  }

  /// B's side of the same exchanges: its private keys, A's public keys.
  package static func responderExchanges(
    identity: SecretBytes, signedPreKey: SecretBytes, fourthPreKey: SecretBytes?,
    remoteIdentity: [UInt8], remoteEphemeral: [UInt8]
  ) throws(CryptoError) -> [SecretBytes] {
    var result = [
      try Suite.agree(privateKey: signedPreKey, publicKey: remoteIdentity),
      try Suite.agree(privateKey: identity, publicKey: remoteEphemeral),
      try Suite.agree(privateKey: signedPreKey, publicKey: remoteEphemeral),
    ]
    if let fourthPreKey {
      result.append(try Suite.agree(privateKey: fourthPreKey, publicKey: remoteEphemeral))
    }
    return result
  }

  /// HKDF with a zero salt of the hash's length over FF × 32 ‖ DH1 ‖ DH2 ‖ DH3 [‖ DH4] [‖ KEM secret].
  package static func sharedSecret(
    exchanges: [SecretBytes], kemSecret: SecretBytes, info: [UInt8], count: Int
  ) throws(CryptoError) -> SecretBytes {
    var parts = [SecretBytes(copying: [UInt8](repeating: 0xFF, count: 32))]
    parts.append(contentsOf: exchanges)
    parts.append(kemSecret)
    return try Suite.deriveKey(
      salt: SecretBytes(copying: [UInt8](repeating: 0, count: Suite.keySize)),
      inputKey: SecretBytes(concatenating: parts), info: info, count: count)
  }
}
