// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("Bounds and layout of envelopes")
struct EnvelopeBoundsTests {
  /// An envelope of made-up headers.
  private func envelope(
    _ devices: [(account: UInt8, device: UInt32)], header: Int = 49, body: Int = 16, version: UInt8 = 1,
    count: Int? = nil
  ) -> [UInt8] {
    var writer = ByteWriter()
    writer.write(version)
    writer.write([UInt8](repeating: 9, count: 32))
    writer.write(UInt16(count ?? devices.count))
    for device in devices {
      writer.write([UInt8](repeating: device.account, count: 16))
      writer.write(device.device)
      writer.write(UInt16(header))
      writer.write([UInt8](repeating: 1, count: header))
    }
    writer.write([UInt8](repeating: 7, count: body))
    return writer.finish()
  }

  @Test("the server splits without knowing suites or keys")
  func splitting() throws {
    let parsed = try MultiRecipientEnvelope(bytes: envelope([(1, 1), (1, 2), (2, 1)], header: 60, body: 100))
    #expect(parsed.recipients.map(\.address.device) == [1, 2, 1])
    #expect(parsed.body.count == 100)
    for recipient in parsed.recipients {
      let bytes = parsed.envelope(for: recipient)
      #expect(bytes.count == 33 + 60 + 100)
      #expect(Array(bytes[0..<33]) == Array(parsed.bytes[0..<33]) && bytes.suffix(100) == parsed.bytes.suffix(100))
    }
  }

  @Test("devices stand in rising order, each once")
  func order() throws {
    _ = try MultiRecipientEnvelope(bytes: envelope([(1, 1), (1, 2), (2, 0)]))
    for wrong in [[(1, 1), (1, 1)], [(1, 2), (1, 1)], [(2, 1), (1, 1)]] as [[(UInt8, UInt32)]] {
      #expect(throws: CryptoError.malformed) {
        try MultiRecipientEnvelope(bytes: envelope(wrong.map { (account: $0.0, device: $0.1) }))
      }
    }
    let parties = try EnvelopeParties()
    let device = try EnvelopeParties.device(1)
    #expect(throws: CryptoError.malformed) { try parties.seal([1], to: [device, device]) }
  }

  @Test("5,000 devices are permitted, one more and none are not")
  func recipients() throws {
    let devices = (0..<5_001).map { (account: UInt8(1), device: UInt32($0)) }
    #expect(try MultiRecipientEnvelope(bytes: envelope(Array(devices.dropLast()))).recipients.count == 5_000)
    #expect(throws: CryptoError.tooManyRecipients) { try MultiRecipientEnvelope(bytes: envelope(devices)) }
    #expect(throws: CryptoError.malformed) { try MultiRecipientEnvelope(bytes: envelope([])) }
    let parties = try EnvelopeParties()
    #expect(throws: CryptoError.malformed) { try parties.seal([1], to: []) }
    let recipient = try EnvelopeRecipient(party: EnvelopeParties.device(1).party, from: parties.sender)
    #expect(throws: CryptoError.tooManyRecipients) {
      try MultiRecipientEnvelope.seal(
        [1], certificate: parties.certificate, to: [EnvelopeRecipient](repeating: recipient, count: 5_001))
    }
  }

  @Test("headers have 49 to 2,048 bytes")
  func headers() throws {
    for size in [49, 2_048] { _ = try MultiRecipientEnvelope(bytes: envelope([(1, 1)], header: size)) }
    for size in [48, 2_049] {
      #expect(throws: CryptoError.malformed) { try MultiRecipientEnvelope(bytes: envelope([(1, 1)], header: size)) }
    }
  }

  @Test("a body holds 256 KiB of padded text, and not a byte more")
  func body() throws {
    let largest = 262_144 + 16
    for size in [16, largest] { _ = try MultiRecipientEnvelope(bytes: envelope([(1, 1)], body: size)) }
    #expect(throws: CryptoError.malformed) { try MultiRecipientEnvelope(bytes: envelope([(1, 1)], body: 15)) }
    #expect(throws: CryptoError.plaintextTooLarge) {
      try MultiRecipientEnvelope(bytes: envelope([(1, 1)], body: largest + 1))
    }
    let parties = try EnvelopeParties()
    let device = try EnvelopeParties.device(1)
    let room = 262_144 - 1 - 2 - parties.certificate.bytes.count
    let content = [UInt8](repeating: 3, count: room)
    let sealed = try parties.seal(content, to: [device])
    #expect(sealed.body.count == largest)
    #expect(try parties.open(EnvelopeParties.split(sealed, for: device), as: device) == content)
    #expect(throws: CryptoError.plaintextTooLarge) { try parties.seal(content + [3], to: [device]) }
  }

  @Test("an envelope cut anywhere in its headers, or of another version, is refused")
  func truncated() throws {
    let bytes = envelope([(1, 1), (1, 2)])
    for count in 0..<bytes.count {
      #expect(throws: CryptoError.malformed) { try MultiRecipientEnvelope(bytes: Array(bytes.prefix(count))) }
    }
    #expect(throws: CryptoError.malformed) { try MultiRecipientEnvelope(bytes: envelope([(1, 1)], count: 2)) }
    #expect(throws: CryptoError.unsupportedVersion) {
      try MultiRecipientEnvelope(bytes: envelope([(1, 1)], version: 2))
    }
  }

  @Test("contents of one class give bodies of one length")
  func padding() throws {
    let parties = try EnvelopeParties()
    let device = try EnvelopeParties.device(1)
    // A ratchet message and an initial message of the same plaintext class.
    let sizes = try [227, 300].map { try parties.seal([UInt8](repeating: 1, count: $0), to: [device]).body.count }
    #expect(sizes[0] == sizes[1])
  }

  @Test("two envelopes with the same content have nothing in common but their length")
  func fresh() throws {
    let parties = try EnvelopeParties()
    let device = try EnvelopeParties.device(1)
    let (first, second) = (try parties.seal([1], to: [device]), try parties.seal([1], to: [device]))
    #expect(first.bytes.count == second.bytes.count)
    #expect(first.bytes[1..<33] != second.bytes[1..<33])
    #expect(first.bytes[first.recipients[0].header] != second.bytes[second.recipients[0].header])
    #expect(first.bytes[first.body] != second.bytes[second.body])
  }
}
