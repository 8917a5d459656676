// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What a sender gives to each device of a group, inside its pairwise session with that device: the sender key from the
/// next message on. Earlier messages stay closed to whoever gets it.
///
/// Serialised: version (u8, 1) ‖ group (16) ‖ distribution id (16) ‖ iteration (u32) ‖ chain key (32) ‖ signing public
/// key (32): 101 bytes. The sender is not in it: it is whoever the session belongs to.
public struct SenderKeyDistribution: Sendable {
  static let version: UInt8 = 1
  static let serializedSize = 101
  static let idSize = 16

  public let group: GroupID
  /// Random, and new with every rotation.
  let id: [UInt8]
  let iteration: UInt32
  let chainKey: SecretBytes
  let signingKey: [UInt8]

  init(group: GroupID, id: [UInt8], iteration: UInt32, chainKey: SecretBytes, signingKey: [UInt8]) {
    self.group = group
    self.id = id
    self.iteration = iteration
    self.chainKey = chainKey
    self.signingKey = signingKey
  }

  /// Throws `malformed` or `unsupportedVersion`.
  public init(serialized: SecretBytes) throws(CryptoError) {
    guard serialized.count == Self.serializedSize else { throw .malformed }
    var reader = ByteReader(serialized.slice(0..<37).exposed())
    guard try reader.readUInt8() == Self.version else { throw .unsupportedVersion }
    group = try GroupID(bytes: reader.read(GroupID.size))
    id = try reader.read(Self.idSize)
    iteration = try reader.readUInt32()
    chainKey = serialized.slice(37..<69)
    signingKey = serialized.slice(69..<101).exposed()
  }

  /// For a pairwise message, which encrypts it.
  public func serialized() -> SecretBytes {
    var writer = ByteWriter(capacity: Self.serializedSize)
    writer.write(Self.version)
    writer.write(group.bytes)
    writer.write(id)
    writer.write(iteration)
    writer.write(chainKey)
    writer.write(signingKey)
    return writer.finishSecret()
  }
}
