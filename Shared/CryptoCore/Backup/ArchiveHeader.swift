// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The clear beginning of an archive: "CONSTRUCT" ‖ version (u8, 1) ‖ salt (32).
struct ArchiveHeader: Sendable {
  static let version: UInt8 = 1
  static let size = 42
  private static let magic: StaticString = "CONSTRUCT"

  let salt: [UInt8]

  var bytes: [UInt8] {
    var writer = ByteWriter(capacity: Self.size)
    for index in 0..<Self.magic.utf8CodeUnitCount { unsafe writer.write(Self.magic.utf8Start[index]) }
    writer.write(Self.version)
    writer.write(salt)
    return writer.finish()
  }

  init(salt: [UInt8]) {
    self.salt = salt
  }

  /// Throws `malformed` for what is no archive, `unsupportedVersion` for one of another version.
  init(bytes: [UInt8]) throws(CryptoError) {
    var reader = ByteReader(bytes)
    for index in 0..<Self.magic.utf8CodeUnitCount {
      let expected = unsafe Self.magic.utf8Start[index]
      guard try reader.readUInt8() == expected else { throw .malformed }
    }
    guard try reader.readUInt8() == Self.version else { throw .unsupportedVersion }
    salt = try reader.read(32)
    try reader.finish()
  }

  /// Each archive has its own key: HKDF(salt, archive key, "Construct archive v1" ‖ 00). The header is authenticated with
  /// every chunk.
  func cipher<Provider: CryptoProvider>(
    key: ArchiveKey, _ provider: Provider.Type
  ) throws(CryptoError) -> ChunkCipher<Provider> {
    try ChunkCipher(
      key: Provider.hkdfSHA256(
        salt: SecretBytes(copying: salt), inputKey: key.secret, info: ProtocolLabel.bytes(ProtocolLabel.archive),
        count: 32),
      associatedData: bytes)
  }
}

/// The bounds of an archive.
public enum ArchiveLimits {
  /// Bytes of one entry: 1 MiB. At least one.
  public static let maximumEntrySize = 1 << 20
}
