// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// This device's sender key in one group: the chain it encrypts with, and who has been given it.
///
/// The order of work for a message: `reconcile` with the devices of the group as they are now, `distribute` to those it
/// answers, `encrypt`. Whoever left the group cannot read on, because `reconcile` then begins a new chain; `encrypt`
/// refuses as long as somebody lacks it.
///
/// Each chain has an Ed25519 key of its own, in every suite. A hybrid signature would add 3.3 kB to every message and gain
/// little: the key is given out inside post-quantum sessions, lives for 14 days at most, and a signature need only hold
/// until its message has been read; nothing that is recorded today can be forged into yesterday. And since it is not an
/// identity key, a message proves its sender to the group but not to others.
public struct OutgoingSenderKey<Provider: CryptoProvider>: Sendable {
  public let group: GroupID
  public let sender: DeviceAddress
  /// Seconds since 1970, by the caller's clock.
  let createdAt: UInt64
  let id: [UInt8]
  let signingKey: SecretBytes
  let signingPublicKey: [UInt8]
  package internal(set) var chain: SenderChain<Provider>
  /// Whether each device of the group has the key.
  var members: [SenderKeyMember: Bool]

  /// A new key, which nobody has. Throws `randomnessUnavailable`.
  public init(group: GroupID, sender: DeviceAddress, now: UInt64) throws(CryptoError) {
    try self.init(
      group: group, sender: sender, createdAt: now, id: Provider.randomBytes(count: SenderKeyDistribution.idSize),
      signingKey: Provider.randomSecret(count: 32),
      chain: SenderChain(key: Provider.randomSecret(count: 32), iteration: 0), members: [:])
  }

  init(
    group: GroupID, sender: DeviceAddress, createdAt: UInt64, id: [UInt8], signingKey: SecretBytes,
    chain: SenderChain<Provider>, members: [SenderKeyMember: Bool]
  ) throws(CryptoError) {
    self.group = group
    self.sender = sender
    self.createdAt = createdAt
    self.id = id
    self.signingKey = signingKey
    signingPublicKey = try Provider.ed25519PublicKey(of: signingKey)
    self.chain = chain
    self.members = members
  }

  /// Takes note of the devices in the group, and answers those to `distribute` to before the next message.
  ///
  /// Begins a new key, which all of them need, if a device that had the old one is no longer among them, if the key is
  /// older than 14 days, or if its numbers are used up. Throws `randomnessUnavailable`, and then has changed nothing.
  public mutating func reconcile(with devices: [SenderKeyMember], now: UInt64) throws(CryptoError) -> [SenderKeyMember]
  {
    var wanted: [SenderKeyMember: Bool] = [:]
    for device in devices { wanted[device] = members[device] ?? false }
    let hasLeft = members.contains { member, hasKey in hasKey && wanted[member] == nil }
    let isOld = Lifetime(seconds: SenderKeyLimits.lifetime).isOver(since: createdAt, now: now)
    if hasLeft || isOld || chain.iteration == UInt32.max {
      self = try OutgoingSenderKey(group: group, sender: sender, now: now)
      for device in devices { wanted[device] = false }
    }
    members = wanted
    var missing: [SenderKeyMember] = []
    for device in devices where wanted[device] == false {
      missing.append(device)
      wanted[device] = true
    }
    return missing
  }

  /// What these devices need to read from the next message on, for the pairwise sessions with them. From here on they
  /// count as having it, whatever becomes of those messages: a device that was perhaps given the key and leaves is a
  /// reason for another. One that reports `unknownSenderKey` is simply given it again, if it is still in the group:
  /// throws `identityMismatch`, and has changed nothing, if one of them is none of those of the last `reconcile`.
  public mutating func distribute(to devices: [SenderKeyMember]) throws(CryptoError) -> SenderKeyDistribution {
    for device in devices where members[device] == nil { throw .identityMismatch }
    for device in devices { members[device] = true }
    return distribution
  }

  package var distribution: SenderKeyDistribution {
    SenderKeyDistribution(
      group: group, id: id, iteration: chain.iteration, chainKey: chain.key, signingKey: signingPublicKey)
  }

  /// Pads, encrypts and signs. Throws `senderKeyNotDistributed` while a device of the group lacks the key,
  /// `plaintextTooLarge`, `chainExhausted`; then nothing has changed.
  public mutating func encrypt(_ plaintext: [UInt8]) throws(CryptoError) -> SenderKeyMessage {
    for (_, hasKey) in members where !hasKey { throw .senderKeyNotDistributed }
    guard chain.iteration < UInt32.max else { throw .chainExhausted }
    let context = SenderKeyContext<Provider>(
      group: group, sender: sender, distributionID: id, signingKey: signingPublicKey)
    let header = SenderKeyMessage.header(distributionID: id, iteration: chain.iteration)
    let signed =
      header + (try context.seal(Padding.pad(plaintext), messageKey: chain.messageKey, header: header))
    let signature = try Provider.ed25519Sign(context.signedMessage(signed), seed: signingKey)
    let message = try SenderKeyMessage(bytes: signed + signature)
    chain.advance()
    return message
  }
}
