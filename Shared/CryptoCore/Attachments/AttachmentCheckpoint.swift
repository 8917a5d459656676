// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Where a paused transfer goes on: after whole chunks, so at byte `index` × 65,536 of the file and `index` × 65,552 of
/// the ciphertext.
///
/// Serialised: version (u8, 1) ‖ key (32) ‖ index (u64) ‖ digest so far (32): 73 bytes.
public struct AttachmentCheckpoint: Sendable {
  static let version: UInt8 = 1

  let key: SecretBytes
  /// The next chunk.
  public let index: UInt64
  let digest: [UInt8]

  init(key: SecretBytes, index: UInt64, digest: [UInt8]) {
    self.key = key
    self.index = index
    self.digest = digest
  }

  /// Throws `malformed` or `unsupportedVersion`.
  public init(serialized: SecretBytes) throws(CryptoError) {
    guard serialized.count == 73 else { throw .malformed }
    var reader = ByteReader(serialized.slice(0..<1).exposed() + serialized.slice(33..<73).exposed())
    guard try reader.readUInt8() == Self.version else { throw .unsupportedVersion }
    key = serialized.slice(1..<33)
    index = try reader.readUInt64()
    digest = try reader.read(32)
    guard index <= AttachmentLimits.maximumSize / 65_536 else { throw .malformed }
  }

  /// For an encrypted store.
  public func serialized() -> SecretBytes {
    var writer = ByteWriter(capacity: 73)
    writer.write(Self.version)
    writer.write(key)
    writer.write(index)
    writer.write(digest)
    return writer.finishSecret()
  }
}
