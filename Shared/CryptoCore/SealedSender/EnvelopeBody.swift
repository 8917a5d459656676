// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The bounds of an envelope; those of libsignal and its server.
public enum EnvelopeLimits {
  public static let maximumRecipients = 5_000
  /// Bytes of padded text: certificate, content and padding.
  public static let maximumPaddedSize = 262_144
  /// No suite's header is larger.
  static let maximumHeaderSize = 2_048
}

/// The part of an envelope that all its devices share: AEAD over padded (length of the certificate (u16) ‖ sender
/// certificate ‖ content).
enum EnvelopeBody<Provider: CryptoProvider> {
  static var tagSize: Int { 16 }

  /// Throws `plaintextTooLarge`.
  static func seal(
    certificate: [UInt8], content: [UInt8], contentKey: SecretBytes, ephemeral: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    var writer = ByteWriter(capacity: 2 + certificate.count + content.count)
    writer.write(UInt16(truncatingIfNeeded: certificate.count))
    writer.write(certificate)
    writer.write(content)
    let (key, nonce) = try expand(contentKey)
    return try Provider.chaCha20Poly1305Seal(
      Padding.pad(writer.finish(), limit: EnvelopeLimits.maximumPaddedSize), key: key, nonce: nonce,
      associatedData: associatedData(ephemeral))
  }

  static func open(
    _ body: [UInt8], contentKey: SecretBytes, ephemeral: [UInt8]
  ) throws(CryptoError) -> (certificate: [UInt8], content: [UInt8]) {
    let (key, nonce) = try expand(contentKey)
    let padded = try Provider.chaCha20Poly1305Open(
      body, key: key, nonce: nonce, associatedData: associatedData(ephemeral))
    var reader = ByteReader(try Padding.unpad(padded, limit: EnvelopeLimits.maximumPaddedSize))
    let certificate = try reader.read(Int(reader.readUInt16()))
    return (certificate, reader.readRest())
  }

  /// A content key has one body, so key and nonce may both come from it.
  private static func expand(_ contentKey: SecretBytes) throws(CryptoError) -> (key: SecretBytes, nonce: [UInt8]) {
    let output = try Provider.hkdfSHA256(
      salt: SecretBytes(copying: [UInt8](repeating: 0, count: 32)), inputKey: contentKey,
      info: ProtocolLabel.bytes(ProtocolLabel.envelopeBody), count: 44)
    return (output.slice(0..<32), output.slice(32..<44).exposed())
  }

  private static func associatedData(_ ephemeral: [UInt8]) -> [UInt8] {
    [SealedEnvelope.version] + ephemeral
  }
}
