// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The version of both stored layouts.
private let storedVersion: UInt8 = 1

extension OutgoingSenderKey {
  /// For an encrypted store. Layout: version (u8, 1) ‖ group (16) ‖ account (16) ‖ device (u32) ‖ created (u64) ‖
  /// distribution id (16) ‖ signing private key (32) ‖ iteration (u32) ‖ chain key (32) ‖ members (u32), each tag (16) ‖
  /// has the key (u8), tags rising: 133 bytes and 17 for each device.
  public func serialized() -> SecretBytes {
    var writer = ByteWriter(capacity: 133 + 17 * members.count)
    writer.write(storedVersion)
    writer.write(group.bytes)
    writer.write(sender.account)
    writer.write(sender.device)
    writer.write(createdAt)
    writer.write(id)
    writer.write(signingKey)
    writer.write(chain.iteration)
    writer.write(chain.key)
    writer.write(UInt32(truncatingIfNeeded: members.count))
    let sorted = members.sorted { $0.key.tag.lexicographicallyPrecedes($1.key.tag) }
    for (member, hasKey) in sorted {
      writer.write(member.tag)
      writer.write(hasKey)
    }
    return writer.finishSecret()
  }

  /// Throws `malformed` or `unsupportedVersion`.
  public init(serialized: SecretBytes) throws(CryptoError) {
    self = try serialized.read { (reader: inout ByteReader) throws(CryptoError) in try Self(from: &reader) }
  }

  private init(from reader: inout ByteReader) throws(CryptoError) {
    guard try reader.readUInt8() == storedVersion else { throw .unsupportedVersion }
    let group = try GroupID(bytes: reader.read(GroupID.size))
    let sender = try DeviceAddress(account: reader.read(16), device: reader.readUInt32())
    let createdAt = try reader.readUInt64()
    let id = try reader.read(SenderKeyDistribution.idSize)
    let signingKey = try reader.readSecret(32)
    let iteration = try reader.readUInt32()
    let chain = SenderChain<Provider>(key: try reader.readSecret(32), iteration: iteration)
    let count = try reader.readUInt32()
    guard UInt64(reader.remaining) == UInt64(count) * UInt64(SenderKeyMember.size + 1) else { throw .malformed }
    var members: [SenderKeyMember: Bool] = [:]
    var previous: [UInt8] = []
    for _ in 0..<count {
      let tag = try reader.read(SenderKeyMember.size)
      guard previous.lexicographicallyPrecedes(tag) else { throw .malformed }
      members[SenderKeyMember(tag: tag)] = try reader.readFlag()
      previous = tag
    }
    try self.init(
      group: group, sender: sender, createdAt: createdAt, id: id, signingKey: signingKey, chain: chain,
      members: members)
  }
}

extension SenderKeyRecord {
  /// For an encrypted store. Layout: version (u8, 1) ‖ group (16) ‖ account (16) ‖ device (u32) ‖ states (u8, at most 5),
  /// the newest first: distribution id (16) ‖ signing public key (32) ‖ iteration (u32) ‖ chain key (32) ‖ skipped (u16),
  /// rising: iteration (u32) ‖ key (32).
  public func serialized() -> SecretBytes {
    var writer = ByteWriter(capacity: 128)
    writer.write(storedVersion)
    writer.write(group.bytes)
    writer.write(sender.account)
    writer.write(sender.device)
    writer.write(UInt8(truncatingIfNeeded: states.count))
    for state in states {
      writer.write(state.id)
      writer.write(state.signingKey)
      writer.write(state.chain.iteration)
      writer.write(state.chain.key)
      writer.write(UInt16(truncatingIfNeeded: state.skipped.count))
      for skipped in state.skipped {
        writer.write(skipped.iteration)
        writer.write(skipped.key)
      }
    }
    return writer.finishSecret()
  }

  /// Throws `malformed` or `unsupportedVersion`.
  public init(serialized: SecretBytes) throws(CryptoError) {
    self = try serialized.read { (reader: inout ByteReader) throws(CryptoError) in try Self(from: &reader) }
  }

  private init(from reader: inout ByteReader) throws(CryptoError) {
    guard try reader.readUInt8() == storedVersion else { throw .unsupportedVersion }
    let group = try GroupID(bytes: reader.read(GroupID.size))
    let sender = try DeviceAddress(account: reader.read(16), device: reader.readUInt32())
    let count = Int(try reader.readUInt8())
    guard count <= SenderKeyLimits.maximumStates else { throw .malformed }
    var states: [IncomingSenderKey<Provider>] = []
    for _ in 0..<count {
      let state = try IncomingSenderKey<Provider>(from: &reader)
      guard !states.contains(where: { $0.id == state.id }) else { throw .malformed }
      states.append(state)
    }
    self.init(group: group, sender: sender, states: states)
  }
}

extension IncomingSenderKey {
  fileprivate init(from reader: inout ByteReader) throws(CryptoError) {
    let id = try reader.read(SenderKeyDistribution.idSize)
    let signingKey = try reader.read(32)
    let iteration = try reader.readUInt32()
    let chain = SenderChain<Provider>(key: try reader.readSecret(32), iteration: iteration)
    let count = Int(try reader.readUInt16())
    guard count <= SenderKeyLimits.maximumSkippedKeys else { throw .malformed }
    var skipped: [SkippedKey] = []
    var lowest: UInt32 = 0
    for _ in 0..<count {
      let number = try reader.readUInt32()
      guard number >= lowest, number < iteration else { throw .malformed }
      lowest = number + 1
      skipped.append(SkippedKey(iteration: number, key: try reader.readSecret(32)))
    }
    self.init(id: id, signingKey: signingKey, chain: chain, skipped: skipped)
  }
}
