// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// What a client proves itself against: made by any replica of auth, kept by none.
///
/// | offset | bytes | what |
/// | --- | --- | --- |
/// | 0 | 1 | purpose |
/// | 1 | 16 | account |
/// | 17 | 4 | device, big-endian |
/// | 21 | 1 | difficulty in bits |
/// | 22 | 8 | expiry, milliseconds since the Unix epoch, big-endian |
/// | 30 | 16 | random; what is recorded when the challenge is redeemed |
///
/// `ChallengeAuthenticator` appends 32 bytes of HMAC-SHA256 to it.
struct Challenge: Equatable, Sendable {
  enum Purpose: UInt8, Sendable {
    case registration = 1
    case login = 2
  }

  static let encodedBytes = 46
  static let identifierBytes = 16

  let purpose: Purpose
  let account: AccountID
  let device: DeviceID
  /// Leading zero bits that its proof of work must have; 0 for a login.
  let difficulty: UInt8
  /// Milliseconds since the Unix epoch; at this instant it is no longer valid.
  let expiry: UInt64
  let identifier: [UInt8]

  var encoded: [UInt8] {
    var bytes = [purpose.rawValue]
    bytes.reserveCapacity(Self.encodedBytes)
    bytes += account.bytes
    bytes += bigEndianBytes(device.number)
    bytes.append(difficulty)
    bytes += bigEndianBytes(expiry)
    bytes += identifier
    return bytes
  }

  /// Nil unless the bytes are exactly one challenge.
  init?(encoded bytes: some Collection<UInt8>) {
    let bytes = Array(bytes)
    guard bytes.count == Self.encodedBytes,
      let purpose = Purpose(rawValue: bytes[0]),
      let account = AccountID(bytes: bytes[1..<17]),
      let device = DeviceID(UInt32(bigEndianBytes: bytes[17..<21]))
    else { return nil }
    self.init(
      purpose: purpose, account: account, device: device, difficulty: bytes[21],
      expiry: UInt64(bigEndianBytes: bytes[22..<30]), identifier: Array(bytes[30...]))
  }

  init(
    purpose: Purpose, account: AccountID, device: DeviceID, difficulty: UInt8, expiry: UInt64, identifier: [UInt8]
  ) {
    self.purpose = purpose
    self.account = account
    self.device = device
    self.difficulty = difficulty
    self.expiry = expiry
    self.identifier = identifier
  }

  func isExpired(at now: UInt64) -> Bool { now >= expiry }
}

private func bigEndianBytes<Integer: FixedWidthInteger>(_ number: Integer) -> [UInt8] {
  stride(from: Integer.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> Integer($0)) }
}

extension FixedWidthInteger {
  fileprivate init(bigEndianBytes bytes: some Collection<UInt8>) {
    self = bytes.reduce(0) { $0 << 8 | Self($1) }
  }
}
