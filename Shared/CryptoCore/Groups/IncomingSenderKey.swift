// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// One sender key of somebody else: its chain from where it was given to us, and the keys of messages that were jumped.
///
/// A value: `decrypt` works on a copy, and the signature is checked before the chain moves, so a forger cannot even make
/// us derive keys.
struct IncomingSenderKey<Provider: CryptoProvider>: Sendable {
  struct SkippedKey: Sendable {
    let iteration: UInt32
    let key: SecretBytes
  }

  let id: [UInt8]
  let signingKey: [UInt8]
  private(set) var chain: SenderChain<Provider>
  /// By rising iteration.
  private(set) var skipped: [SkippedKey]

  init(id: [UInt8], signingKey: [UInt8], chain: SenderChain<Provider>, skipped: [SkippedKey]) {
    self.id = id
    self.signingKey = signingKey
    self.chain = chain
    self.skipped = skipped
  }

  mutating func decrypt(
    _ message: SenderKeyMessage, group: GroupID, sender: DeviceAddress
  ) throws(CryptoError) -> [UInt8] {
    let context = SenderKeyContext<Provider>(
      group: group, sender: sender, distributionID: id, signingKey: signingKey)
    guard
      Provider.ed25519Verify(
        message.signature, of: context.signedMessage(message.signed), publicKey: signingKey)
    else { throw .invalidSignature }
    var copy = self
    let key = try copy.messageKey(message.iteration)
    let padded = try context.open(message.ciphertext, messageKey: key, header: message.header)
    let plaintext = try Padding.unpad(padded)
    self = copy
    return plaintext
  }

  private mutating func messageKey(_ iteration: UInt32) throws(CryptoError) -> SecretBytes {
    if iteration < chain.iteration {
      guard let index = skipped.firstIndex(where: { $0.iteration == iteration }) else { throw .duplicateMessage }
      return skipped.remove(at: index).key
    }
    guard iteration < UInt32.max else { throw .chainExhausted }
    let jump = iteration - chain.iteration
    guard jump <= SenderKeyLimits.maximumJump else { throw .tooFarAhead }
    while chain.iteration < iteration {
      if Int(iteration - chain.iteration) <= SenderKeyLimits.maximumSkippedKeys {
        skipped.append(SkippedKey(iteration: chain.iteration, key: chain.messageKey))
      }
      chain.advance()
    }
    let key = chain.messageKey
    chain.advance()
    if skipped.count > SenderKeyLimits.maximumSkippedKeys {
      skipped.removeFirst(skipped.count - SenderKeyLimits.maximumSkippedKeys)
    }
    return key
  }
}
