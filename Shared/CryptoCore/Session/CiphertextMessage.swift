// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A message on the wire. Its first bytes: version (u8, 1) ‖ kind (u8) ‖ suite (u8).
public struct CiphertextMessage: Hashable, Sendable {
  /// The version of the protocol that this core speaks.
  public static let version: UInt8 = 1
  static let prefixSize = 3

  /// 3 is `SenderKeyMessage.kind`. The table stands in docs/protocol.md, section 7.
  public enum Kind: UInt8, Sendable {
    /// An initial message: it opens a session at the receiver. Sent until the other side has answered.
    case preKey = 1
    /// A message of a session that both sides have.
    case ratchet = 2
  }

  public let kind: Kind
  public let suite: SuiteID
  public let bytes: [UInt8]

  /// Reads the prefix. Throws `malformed` or `unsupportedVersion`; whether the suite fits is for the session to say.
  public init(bytes: [UInt8]) throws(CryptoError) {
    guard bytes.count >= Self.prefixSize else { throw .malformed }
    guard bytes[0] == Self.version else { throw .unsupportedVersion }
    guard let kind = Kind(rawValue: bytes[1]) else { throw .malformed }
    self.kind = kind
    suite = SuiteID(rawValue: bytes[2])
    self.bytes = bytes
  }

  init<Suite: CipherSuite>(_ form: MessageForm<Suite>, tag: SessionTag, ratchet: RatchetMessage<Suite>) {
    kind = form.kind
    suite = Suite.id
    let formHeader = form.header
    var writer = ByteWriter(
      capacity: Self.prefixSize + formHeader.count + SessionTag.size + ratchet.header.encodedSize
        + ratchet.ciphertext.count)
    writer.write(Self.version)
    writer.write(kind.rawValue)
    writer.write(suite.rawValue)
    writer.write(formHeader)
    tag.write(to: &writer)
    ratchet.header.write(to: &writer)
    writer.write(ratchet.ciphertext)
    bytes = writer.finish()
  }
}

/// A message's kind with the header that this kind has in front of the session tag.
enum MessageForm<Suite: CipherSuite>: Sendable {
  case preKey(PreKeyHeader<Suite>)
  case ratchet

  var kind: CiphertextMessage.Kind {
    switch self {
    case .preKey: .preKey
    case .ratchet: .ratchet
    }
  }

  /// Empty for ratchet messages.
  var header: [UInt8] {
    switch self {
    case .preKey(let header): header.encoded
    case .ratchet: []
    }
  }

  init(_ kind: CiphertextMessage.Kind, from reader: inout ByteReader) throws(CryptoError) {
    switch kind {
    case .preKey: self = .preKey(try PreKeyHeader(from: &reader))
    case .ratchet: self = .ratchet
    }
  }
}

/// A parsed message: prefix [‖ prekey header] ‖ session tag (8) ‖ ratchet header ‖ AEAD output.
struct ParsedMessage<Suite: CipherSuite>: Sendable {
  let form: MessageForm<Suite>
  let tag: SessionTag
  let ratchet: RatchetMessage<Suite>

  init(_ message: CiphertextMessage) throws(CryptoError) {
    guard message.suite == Suite.id else { throw .unsupportedSuite }
    var reader = ByteReader(message.bytes)
    try reader.skip(CiphertextMessage.prefixSize)
    form = try MessageForm(message.kind, from: &reader)
    tag = try SessionTag(from: &reader)
    ratchet = try RatchetMessage(from: &reader)
  }
}

/// The first 8 bytes of a session's transcript digest: tells a receiver which of its sessions a message belongs to.
struct SessionTag: Hashable, Sendable {
  static let size = 8
  /// Big-endian, as they travel.
  private let number: UInt64

  init(from reader: inout ByteReader) throws(CryptoError) { number = try reader.readUInt64() }

  init(transcript: [UInt8]) {
    var number: UInt64 = 0
    for index in 0..<Self.size { number = number << 8 | UInt64(transcript[index]) }
    self.number = number
  }

  func write(to writer: inout ByteWriter) { writer.write(number) }

  /// Whether it is the tag of the session with this transcript.
  func belongs(to transcript: [UInt8]) -> Bool { self == SessionTag(transcript: transcript) }
}
