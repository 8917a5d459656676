// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The bounds of sender keys; those of jumps and skipped keys are libsignal's, as in the Double Ratchet.
public enum SenderKeyLimits {
  /// Sender keys remembered of one sender in one group: the current one and those before its last rotations.
  public static let maximumStates = 5
  /// Messages of one chain that may be jumped at once.
  public static let maximumJump: UInt32 = 25_000
  /// Skipped keys kept in one state; the oldest are dropped first.
  public static let maximumSkippedKeys = 2_000
  /// A chain does not heal by itself, so it is replaced after 14 days, in seconds.
  public static let lifetime: UInt64 = 14 * 24 * 60 * 60
}

/// One step of a sender key's chain: CK(i) gives mk(i) = HMAC(CK, 01) and CK(i + 1) = HMAC(CK, 02).
package struct SenderChain<Provider: CryptoProvider>: Sendable {
  package private(set) var key: SecretBytes
  /// The number of the message that `key` belongs to.
  package private(set) var iteration: UInt32

  package init(key: SecretBytes, iteration: UInt32) {
    self.key = key
    self.iteration = iteration
  }

  package var messageKey: SecretBytes { Provider.hmacSHA256(key: key, message: [1]) }

  package mutating func advance() {
    key = Provider.hmacSHA256(key: key, message: [2])
    iteration += 1
  }
}

/// What both sides of a sender key bind into every message.
package struct SenderKeyContext<Provider: CryptoProvider>: Sendable {
  /// SHA-256 over "Construct sender key v1" ‖ 00 ‖ version (u8) ‖ group (16) ‖ account (16) ‖ device (u32) ‖ distribution
  /// id (16) ‖ signing public key (32).
  package let digest: [UInt8]

  package init(group: GroupID, sender: DeviceAddress, distributionID: [UInt8], signingKey: [UInt8]) {
    var writer = ByteWriter(capacity: 128)
    writer.write(ProtocolLabel.bytes(ProtocolLabel.senderKey))
    writer.write(SenderKeyMessage.version)
    writer.write(group.bytes)
    writer.write(sender.account)
    writer.write(sender.device)
    writer.write(distributionID)
    writer.write(signingKey)
    digest = Provider.sha256(writer.finish())
  }

  /// "Construct sender key message v1" ‖ 00 ‖ digest ‖ all of the message before its signature.
  func signedMessage(_ message: [UInt8]) -> [UInt8] {
    ProtocolLabel.bytes(ProtocolLabel.senderKeyMessage) + digest + message
  }

  func seal(_ padded: [UInt8], messageKey: SecretBytes, header: [UInt8]) throws(CryptoError) -> [UInt8] {
    let (key, nonce) = try expand(messageKey)
    return try Provider.chaCha20Poly1305Seal(padded, key: key, nonce: nonce, associatedData: digest + header)
  }

  func open(_ ciphertext: [UInt8], messageKey: SecretBytes, header: [UInt8]) throws(CryptoError) -> [UInt8] {
    let (key, nonce) = try expand(messageKey)
    return try Provider.chaCha20Poly1305Open(ciphertext, key: key, nonce: nonce, associatedData: digest + header)
  }

  package func expand(_ messageKey: SecretBytes) throws(CryptoError) -> (key: SecretBytes, nonce: [UInt8]) {
    let output = try Provider.hkdfSHA256(
      salt: SecretBytes(copying: [UInt8](repeating: 0, count: 32)), inputKey: messageKey,
      info: ProtocolLabel.bytes(ProtocolLabel.senderKeyMessageKey), count: 44)
    return (output.slice(0..<32), output.slice(32..<44).exposed())
  }
}
