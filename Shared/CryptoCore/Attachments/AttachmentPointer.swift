// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What a message says of an attachment: how to decrypt it and to tell that it is the right one. Where it lies is for
/// the message to say.
///
/// Serialised: version (u8, 1) ‖ key (32) ‖ size (u64) ‖ digest (32): 73 bytes.
public struct AttachmentPointer: Sendable {
  static let version: UInt8 = 1
  static let serializedSize = 73

  let key: SecretBytes
  /// Bytes of the file itself.
  public let size: UInt64
  /// The digest of the ciphertext (`AttachmentDigest`).
  public let digest: [UInt8]

  init(key: SecretBytes, size: UInt64, digest: [UInt8]) {
    self.key = key
    self.size = size
    self.digest = digest
  }

  /// Throws `malformed`, `unsupportedVersion`, or `plaintextTooLarge` for a size beyond the bound.
  public init(serialized: SecretBytes) throws(CryptoError) {
    guard serialized.count == Self.serializedSize else { throw .malformed }
    var reader = ByteReader(serialized.slice(0..<1).exposed() + serialized.slice(33..<73).exposed())
    guard try reader.readUInt8() == Self.version else { throw .unsupportedVersion }
    key = serialized.slice(1..<33)
    size = try reader.readUInt64()
    digest = try reader.read(32)
    guard size <= AttachmentLimits.maximumSize else { throw .plaintextTooLarge }
  }

  /// For a message, which is encrypted.
  public func serialized() -> SecretBytes {
    var writer = ByteWriter(capacity: Self.serializedSize)
    writer.write(Self.version)
    writer.write(key)
    writer.write(size)
    writer.write(digest)
    return writer.finishSecret()
  }

  /// Bytes of ciphertext: the padded size and 16 bytes for each chunk.
  public var ciphertextSize: UInt64 { AttachmentLimits.ciphertextSize(of: size) }

  /// "Construct attachment v1" ‖ 00 is the HKDF info under which the chunks' key comes from the file's.
  func cipher<Provider: CryptoProvider>(_ provider: Provider.Type) throws(CryptoError) -> ChunkCipher<Provider> {
    try Self.cipher(key: key, provider)
  }

  static func cipher<Provider: CryptoProvider>(
    key: SecretBytes, _ provider: Provider.Type
  ) throws(CryptoError) -> ChunkCipher<Provider> {
    try ChunkCipher(
      key: Provider.hkdfSHA256(
        salt: SecretBytes(copying: [UInt8](repeating: 0, count: 32)), inputKey: key,
        info: ProtocolLabel.bytes(ProtocolLabel.attachment), count: 32))
  }
}

/// The bound of an attachment, and the sizes that follow from a file's.
public enum AttachmentLimits {
  /// 4 GiB, in bytes of the file itself.
  public static let maximumSize: UInt64 = 1 << 32

  private static let chunk: UInt64 = 65_536

  static func ciphertextSize(of size: UInt64) -> UInt64 {
    let padded = SizePadding.paddedSize(of: size)
    return padded + 16 * ((padded + chunk - 1) / chunk)
  }
}

/// The digest of an attachment's ciphertext, chunk by chunk in 32 bytes of memory, so that it can be stored while a
/// transfer pauses: D(0) = SHA-256("Construct attachment digest v1" ‖ 00), D(i + 1) = SHA-256(D(i) ‖ chunk i).
///
/// It needs no key: a server can compute it too.
public struct AttachmentDigest<Provider: CryptoProvider>: Sendable {
  public private(set) var value: [UInt8]

  public init() {
    value = Provider.sha256(ProtocolLabel.bytes(ProtocolLabel.attachmentDigest))
  }

  init(resuming value: [UInt8]) {
    self.value = value
  }

  public mutating func update(chunk: [UInt8]) {
    value = Provider.sha256(value + chunk)
  }
}
