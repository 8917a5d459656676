// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ConstructClient
import CryptoCore
import Wire

/// What `--json` prints. Every object has a `type`; absent values are left out; times are milliseconds since 1970 in
/// UTC; fields may be added, and are never renamed.
struct MessageRecord: Encodable, Equatable {
  var type = "message"
  /// Grows with each message of the profile.
  let id: Int64
  /// The message's UUID, the same for sender and receiver.
  let messageID: String
  let contact: String
  /// `incoming` or `outgoing`.
  let direction: String
  /// `received`, `unreadable`, `waiting`, `accepted` or `failed`.
  let state: String
  /// With `unreadable` and `failed`.
  let reason: String?
  let text: String?
  let sentAt: UInt64
  let acceptedAt: UInt64?

  init(_ message: Message) {
    id = message.id
    messageID = message.messageID.raw.uuidString
    contact = message.contact
    direction = message.direction == .incoming ? "incoming" : "outgoing"
    text = message.text
    sentAt = message.sentAt
    acceptedAt = message.acceptedAt
    switch message.state {
    case .received: (state, reason) = ("received", nil)
    case .unreadable(let why): (state, reason) = ("unreadable", "\(why)")
    case .waiting: (state, reason) = ("waiting", nil)
    case .accepted: (state, reason) = ("accepted", nil)
    case .failed(.refused(let code)): (state, reason) = ("failed", code.name)
    case .failed(let why): (state, reason) = ("failed", "\(why)")
    }
  }
}

/// `construct register`.
struct RegistrationRecord: Encodable, Equatable {
  var type = "registered"
  let username: String
  let account: String
  let device: UInt32
  let domain: String
  /// The number of the suite of the account's keys.
  let suite: UInt8
  /// The profile's folder.
  let profile: String
}

/// `construct contacts`, one for each.
struct ContactRecord: Encodable, Equatable {
  var type = "contact"
  let name: String
  let username: String
  let account: String?
  /// The number of the conversation's suite; left out until it is known.
  let suite: UInt8?
  let verified: Bool
  let identityChanged: Bool

  init(_ contact: Contact) {
    name = contact.name
    username = contact.username
    account = contact.account?.raw.uuidString
    suite = contact.suite?.rawValue
    verified = contact.isVerified
    identityChanged = contact.hasChangedIdentity
  }
}

/// `construct verify`.
struct SafetyNumberRecord: Encodable, Equatable {
  var type = "safetyNumber"
  let contact: String
  /// Sixty digits.
  let digits: String
  /// What the QR code holds, as hexadecimal digits.
  let qr: String
  /// The number of the conversation's suite.
  let suite: UInt8?
  let verified: Bool
  /// With `--scanned`: `verified`, `different`, `otherVersion` or `unreadable`.
  var scanned: String?
}

/// `construct status`.
struct StatusRecord: Encodable, Equatable {
  var type = "status"
  let profile: String
  let username: String?
  let account: String?
  let device: UInt32?
  let domain: String?
  /// The number of the suite of the account's keys.
  let suite: UInt8?
  let servers: [String]
  /// Left out when nobody tried.
  let reachable: Bool?
  /// Messages in the outbox, which wait to be sent.
  let waiting: Int
  let unread: Int
  let contacts: Int
}

/// `construct chat`, when the connection comes and goes.
struct ConnectionRecord: Encodable, Equatable {
  var type = "connection"
  let connected: Bool
  let server: String?
}

/// On standard error: `error` ends the command, `warning` does not.
struct ProblemRecord: Encodable, Equatable {
  let type: String
  /// A stable name: the SDK's error code, or the server's.
  let code: String
  let message: String
  let advice: String?
}

/// `construct server`.
struct ServersRecord: Encodable, Equatable {
  var type = "servers"
  let servers: [String]
}
