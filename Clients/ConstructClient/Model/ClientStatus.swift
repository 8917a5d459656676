// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import CryptoCore
public import Wire

/// Who a profile belongs to.
public struct Identity: Hashable, Sendable {
  /// The account's id.
  public let account: AccountID
  /// This device's number in the account's device list.
  public let device: DeviceID
  /// In its normal form.
  public let username: String
  /// The domain of the server that the account is registered at.
  public let domain: String
  /// Of the account's keys. Conversations with those who know it are in this suite or theirs.
  public let suite: SuiteID
}

/// How a client stands at this moment.
public struct ClientStatus: Sendable {
  /// Nil before the registration.
  public let identity: Identity?
  /// The gateways, in the order of trying.
  public let servers: [GatewayEndpoint]
  /// The gateway it is connected to; nil without a connection.
  public let connectedTo: GatewayEndpoint?
  /// Messages that wait to be sent.
  public let waiting: Int
  /// Messages that have not been marked as read.
  public let unread: Int
  /// Contacts, however much was exchanged with them.
  public let contacts: Int
}

/// What came of comparing a scanned QR code.
public enum ScannedSafetyNumber: String, Hashable, Sendable, CaseIterable {
  /// It is the contact's view of the same two identities; the contact is verified now.
  case verified
  /// It is the view of other identities: somebody stands between the two, or it is somebody else's code.
  case different
  /// It was made by a version that counts safety numbers otherwise: one of the two needs an update.
  case otherVersion
  /// It is no safety number.
  case unreadable
}

/// What two people compare to know that nobody stands between them.
public struct ContactSafetyNumber: Hashable, Sendable {
  /// Twelve groups of five digits, the same on both sides.
  public let groups: [String]
  /// What a QR code shows: 65 bytes, each side its own view.
  public let qrPayload: [UInt8]
  /// Whether the person has confirmed it.
  public let isVerified: Bool
}
