// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The sparse ratchet's message keys, epoch by epoch (Signal's Double Ratchet specification, revision 4, section 5).
///
/// Messages are sent in the last epoch that the other side is known to have. Kept are the chains of that epoch, of the
/// one before it, whose messages may be late, and of later ones: never more than three.
package struct EpochKeySchedule<Profile: BraidProfile>: Sendable {
  /// Epochs kept before the one that is sent in.
  private static var kept: UInt64 { 1 }
  static var maximumEpochs: Int { 3 }

  let isInitiator: Bool
  package var nextRoot: SecretBytes
  /// The epoch of the last message sent.
  var sendingEpoch: UInt64
  /// The epoch of `epochs[0]`.
  var firstEpoch: UInt64
  package var epochs: [EpochChains]

  /// Epoch 0: HKDF(salt: zeros, ikm: initial key, label, 96).
  package init(isInitiator: Bool, initialKey: SecretBytes) throws(CryptoError) {
    self.isInitiator = isInitiator
    let (root, chains) = try Self.derive(
      salt: .noSalt, inputKey: initialKey, info: Profile.braidParameters.chainStart,
      isInitiator: isInitiator)
    nextRoot = root
    (sendingEpoch, firstEpoch, epochs) = (0, 0, [chains])
  }

  init(isInitiator: Bool, nextRoot: SecretBytes, sendingEpoch: UInt64, firstEpoch: UInt64, epochs: [EpochChains]) {
    self.isInitiator = isInitiator
    self.nextRoot = nextRoot
    self.sendingEpoch = sendingEpoch
    self.firstEpoch = firstEpoch
    self.epochs = epochs
  }

  /// HKDF(salt: next root, ikm: epoch secret, label, 96)
  package mutating func add(_ epochSecret: SecretBytes) throws(CryptoError) {
    let (root, chains) = try Self.derive(
      salt: nextRoot, inputKey: epochSecret, info: Profile.braidParameters.chainEpoch, isInitiator: isInitiator)
    nextRoot = root
    epochs.append(chains)
  }

  /// The next key to send with in `epoch`, and its number. An epoch before the last one sent in has none.
  package mutating func sendingKey(epoch: UInt64) throws(CryptoError) -> SkippedSparseKey {
    if epoch > sendingEpoch {
      sendingEpoch = epoch
      while firstEpoch + Self.kept < epoch, epochs.count > 1 {
        epochs.removeFirst()
        firstEpoch += 1
      }
      for index in epochs.indices where firstEpoch + UInt64(index) < epoch { epochs[index].sending = nil }
    }
    let index = try position(of: epoch)
    guard var chain = epochs[index].sending else { throw .malformed }
    let key = try chain.next(Profile.self)
    epochs[index].sending = chain
    return key
  }

  /// The key of a received message. Throws `duplicateMessage` if it was taken or dropped, alone or with its epoch,
  /// `authenticationFailed` for an epoch that nobody has, `tooFarAhead`.
  package mutating func receivingKey(epoch: UInt64, number: UInt32) throws(CryptoError) -> SecretBytes {
    let index = try position(of: epoch)
    let key = try epochs[index].receivingKey(number, profile: Profile.self)
    dropOldKeys()
    return key
  }

  private func position(of epoch: UInt64) throws(CryptoError) -> Int {
    guard epoch >= firstEpoch else { throw .duplicateMessage }
    guard epoch - firstEpoch < UInt64(epochs.count) else { throw .authenticationFailed }
    return Int(epoch - firstEpoch)
  }

  mutating func dropSkippedKeys() {
    for index in epochs.indices { epochs[index].skipped = [] }
  }

  private mutating func dropOldKeys() {
    var excess = -Profile.braidParameters.maximumSkippedKeys
    for chains in epochs { excess += chains.skipped.count }
    for index in epochs.indices where excess > 0 {
      let dropped = min(excess, epochs[index].skipped.count)
      epochs[index].skipped.removeFirst(dropped)
      excess -= dropped
    }
  }

  /// Next root ‖ chain of the initiator's messages ‖ chain of the responder's.
  private static func derive(
    salt: SecretBytes, inputKey: SecretBytes, info: [UInt8], isInitiator: Bool
  ) throws(CryptoError) -> (SecretBytes, EpochChains) {
    let output = try Profile.Provider.hkdfSHA256(salt: salt, inputKey: inputKey, info: info, count: 96)
    let initiators = NumberedChain(key: output.slice(32..<64))
    let responders = NumberedChain(key: output.slice(64..<96))
    let chains =
      isInitiator
      ? EpochChains(sending: initiators, receiving: responders)
      : EpochChains(sending: responders, receiving: initiators)
    return (output.slice(0..<32), chains)
  }
}
