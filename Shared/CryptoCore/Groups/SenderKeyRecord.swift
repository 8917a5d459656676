// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The sender keys that one device has given us for one group, the newest first: those before its last rotations still
/// open what comes late.
///
/// A value. Every method either throws and changes nothing, or changes the record, which the caller then stores together
/// with the message.
public struct SenderKeyRecord<Provider: CryptoProvider>: Sendable {
  public let group: GroupID
  public let sender: DeviceAddress
  var states: [IncomingSenderKey<Provider>]

  public init(group: GroupID, sender: DeviceAddress) {
    self.init(group: group, sender: sender, states: [])
  }

  init(group: GroupID, sender: DeviceAddress, states: [IncomingSenderKey<Provider>]) {
    self.group = group
    self.sender = sender
    self.states = states
  }

  /// Whether the record has the key that a message wants.
  public func holdsKey(for message: SenderKeyMessage) -> Bool {
    states.contains { $0.id == message.distributionID }
  }

  /// Takes a distribution that came in the pairwise session with `sender`, whose membership of the group the caller has
  /// checked.
  ///
  /// One that is known already changes nothing, so that a repeated one cannot turn the chain back. Throws `malformed` for
  /// another group, or another signing key under a known id.
  public mutating func add(_ distribution: SenderKeyDistribution) throws(CryptoError) {
    guard distribution.group == group else { throw .malformed }
    if let known = states.first(where: { $0.id == distribution.id }) {
      guard known.signingKey == distribution.signingKey else { throw .malformed }
      return
    }
    let state = IncomingSenderKey<Provider>(
      id: distribution.id, signingKey: distribution.signingKey,
      chain: SenderChain(key: distribution.chainKey, iteration: distribution.iteration), skipped: [])
    states.insert(state, at: 0)
    if states.count > SenderKeyLimits.maximumStates { states.removeLast() }
  }

  /// Verifies, decrypts and removes the padding.
  ///
  /// Throws `unknownSenderKey` (ask the sender for its distribution), `invalidSignature`, `duplicateMessage` (also for a
  /// message from before the key was given), `tooFarAhead`, `authenticationFailed` or `malformedPadding`.
  public mutating func decrypt(_ message: SenderKeyMessage) throws(CryptoError) -> [UInt8] {
    guard let index = states.firstIndex(where: { $0.id == message.distributionID }) else {
      throw .unknownSenderKey
    }
    return try states[index].decrypt(message, group: group, sender: sender)
  }
}
