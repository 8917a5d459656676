// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Wire

/// What an access token says: which device of which account may act, until when, and who says so.
///
/// On the wire it is a JWT (RFC 7519) signed with Ed25519 (RFC 8037), with the number of the signing key in the header's
/// `kid`. Claims: `iss`, `sub` (the account as a UUID), `device`, `session` (a UUID), `iat` and `exp` in seconds.
public struct AccessToken: Sendable, Equatable {
  public let account: AccountID
  public let device: DeviceID
  /// The family of refresh tokens that it belongs to.
  public let session: Identifier128
  /// Seconds since the Unix epoch.
  public let issuedAt: UInt64
  /// Seconds since the Unix epoch; from that second on it is not accepted.
  public let expiry: UInt64
  /// The server's domain.
  public let issuer: String

  public init(
    account: AccountID, device: DeviceID, session: Identifier128, issuedAt: UInt64, expiry: UInt64, issuer: String
  ) {
    self.account = account
    self.device = device
    self.session = session
    self.issuedAt = issuedAt
    self.expiry = expiry
    self.issuer = issuer
  }

  public var address: DeviceAddress { DeviceAddress(account: account, device: device) }
}
