// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// An envelope as it is handed to the server, for 1 to 5,000 devices. The server splits it; it learns who it is for and
/// how long it is, and nothing of who wrote it.
///
/// Layout: version (u8, 1) ‖ ephemeral X25519 key (32) ‖ devices (u16), by rising account and device, each account (16) ‖
/// device (u32) ‖ length of the header (u16) ‖ header; then the body. Splitting needs no knowledge of suites.
public struct MultiRecipientEnvelope: Sendable {
  static let prefixSize = 33

  public struct Recipient: Sendable {
    public let address: DeviceAddress
    let header: Range<Int>
  }

  public let bytes: [UInt8]
  public let recipients: [Recipient]
  /// Where the body, which all recipients share, lies in `bytes`.
  public let body: Range<Int>

  /// Throws `malformed`, `unsupportedVersion`, `tooManyRecipients` or `plaintextTooLarge`.
  public init(bytes: [UInt8]) throws(CryptoError) {
    var reader = ByteReader(bytes)
    guard try reader.readUInt8() == SealedEnvelope.version else { throw .unsupportedVersion }
    _ = try reader.read(32)
    let count = Int(try reader.readUInt16())
    guard count > 0 else { throw .malformed }
    guard count <= EnvelopeLimits.maximumRecipients else { throw .tooManyRecipients }
    var recipients: [Recipient] = []
    recipients.reserveCapacity(count)
    for _ in 0..<count {
      let address = try DeviceAddress(account: reader.read(16), device: reader.readUInt32())
      if let last = recipients.last {
        guard last.address.precedes(address) else { throw .malformed }
      }
      let size = Int(try reader.readUInt16())
      guard (EnvelopeHeader.classicSize...EnvelopeLimits.maximumHeaderSize).contains(size) else { throw .malformed }
      let start = bytes.count - reader.remaining
      _ = try reader.read(size)
      recipients.append(Recipient(address: address, header: start..<start + size))
    }
    guard reader.remaining >= 16 else { throw .malformed }
    guard reader.remaining <= EnvelopeLimits.maximumPaddedSize + 16 else { throw .plaintextTooLarge }
    body = bytes.count - reader.remaining..<bytes.count
    self.recipients = recipients
    self.bytes = bytes
  }

  /// What one device receives: version ‖ ephemeral key ‖ its header ‖ body. A server that stores the body once keeps
  /// `head(of:)` for each device and puts the two together when it delivers.
  public func envelope(for recipient: Recipient) -> [UInt8] {
    head(of: recipient) + bytes[body]
  }

  /// All of `envelope(for:)` before the body.
  public func head(of recipient: Recipient) -> [UInt8] {
    Array(bytes[0..<Self.prefixSize]) + bytes[recipient.header]
  }
}

extension DeviceAddress {
  /// By account, then by device.
  func precedes(_ other: DeviceAddress) -> Bool {
    account == other.account ? device < other.device : account.lexicographicallyPrecedes(other.account)
  }
}
