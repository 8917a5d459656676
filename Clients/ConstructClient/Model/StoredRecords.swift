// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// A record inside a sealed column: the wire's encoding, whose field numbers are never reused. It never leaves the
/// device.
protocol StoredRecord: WireRecord {}

extension StoredRecord {
  static var schema: RecordSchema { RecordSchema(String(describing: Self.self), "Inside a profile's store.", []) }
}

/// `profile`, entry `account`: who this device is. Its keys stand in entries of their own; 6 was the device's.
struct StoredAccount: StoredRecord {
  var account: AccountID
  var device: DeviceID
  var username: String
  /// The server's domain at registration, to which logins are bound.
  var domain: String
  var suite: UInt64

  init(account: AccountID, device: DeviceID, username: String, domain: String, suite: UInt64) {
    self.account = account
    self.device = device
    self.username = username
    self.domain = domain
    self.suite = suite
  }

  init(fields: inout FieldReader) throws(WireError) {
    account = try fields.required(1)
    device = try fields.required(2)
    username = try fields.text(3, atMost: WireLimits.textBytes)
    domain = try fields.text(4, atMost: WireLimits.textBytes)
    suite = try fields.required(5)
  }

  func write(fields: inout FieldWriter) {
    fields.put(1, account)
    fields.put(2, device)
    fields.put(3, username)
    fields.put(4, domain)
    fields.put(5, suite)
  }
}

/// `profile`, entry `servers`: where to connect.
struct StoredServers: StoredRecord {
  var addresses: [String]
  /// A PEM file with the authorities to believe; the system's if absent.
  var authorityFile: String?

  init(addresses: [String], authorityFile: String?) {
    self.addresses = addresses
    self.authorityFile = authorityFile
  }

  init(fields: inout FieldReader) throws(WireError) {
    addresses = try fields.list(1, atMost: 32)
    authorityFile = try fields.optionalText(2, atMost: 4_096)
  }

  func write(fields: inout FieldWriter) {
    fields.put(1, list: addresses)
    fields.put(2, authorityFile)
  }
}

/// `profile`, entry `registration`: a registration that was sent and may or may not have taken effect. The keys stand in
/// their own entries from the beginning.
struct StoredRegistration: StoredRecord {
  /// The domain that answered.
  var domain: String
  var request: Register
  /// The account as it will stand in its own entry.
  var account: StoredAccount

  init(domain: String, request: Register, account: StoredAccount) {
    self.domain = domain
    self.request = request
    self.account = account
  }

  init(fields: inout FieldReader) throws(WireError) {
    domain = try fields.text(1, atMost: WireLimits.textBytes)
    request = try fields.required(2)
    account = try fields.required(3)
  }

  func write(fields: inout FieldWriter) {
    fields.put(1, domain)
    fields.put(2, request)
    fields.put(3, account)
  }
}

/// `contacts`.
struct StoredContact: StoredRecord {
  var name: String
  var username: String
  var account: AccountID?
  var suite: UInt64?
  /// Pinned when the account was first seen.
  var rootIdentityKey: [UInt8]?
  /// Milliseconds since the Unix epoch.
  var verifiedAt: UInt64?
  /// Another root key that the server named later, and that was refused.
  var refusedRootIdentityKey: [UInt8]?

  init(name: String, username: String, account: AccountID? = nil) {
    self.name = name
    self.username = username
    self.account = account
  }

  init(fields: inout FieldReader) throws(WireError) {
    name = try fields.text(1, atMost: WireLimits.textBytes)
    username = try fields.text(2, atMost: WireLimits.textBytes)
    account = try fields.optional(3)
    suite = try fields.optional(4)
    rootIdentityKey = try fields.optionalBytes(5, atMost: WireLimits.keyBytes)
    verifiedAt = try fields.optional(6)
    refusedRootIdentityKey = try fields.optionalBytes(7, atMost: WireLimits.keyBytes)
  }

  func write(fields: inout FieldWriter) {
    fields.put(1, name)
    fields.put(2, username)
    fields.put(3, account)
    fields.put(4, suite)
    fields.put(5, bytes: rootIdentityKey)
    fields.put(6, verifiedAt)
    fields.put(7, bytes: refusedRootIdentityKey)
  }
}

/// `messages`.
struct StoredMessage: StoredRecord {
  var messageID: MessageID
  var text: String?
  var sentAt: UInt64
  var acceptedAt: UInt64?
  /// The device that sent it, for incoming ones.
  var senderDevice: DeviceID?
  /// The number of an `UnreadableReason` or a `SendFailure`.
  var reason: UInt64?
  /// The ids under which an outgoing message was sent again, in their order.
  var resentAs: [MessageID]?

  init(
    messageID: MessageID, text: String?, sentAt: UInt64, acceptedAt: UInt64? = nil, senderDevice: DeviceID? = nil,
    reason: UInt64? = nil
  ) {
    self.messageID = messageID
    self.text = text
    self.sentAt = sentAt
    self.acceptedAt = acceptedAt
    self.senderDevice = senderDevice
    self.reason = reason
  }

  init(fields: inout FieldReader) throws(WireError) {
    messageID = try fields.required(1)
    text = try fields.optionalText(2, atMost: 65_536)
    sentAt = try fields.required(3)
    acceptedAt = try fields.optional(4)
    senderDevice = try fields.optional(5)
    reason = try fields.optional(6)
    resentAs = try fields.optionalList(7, atMost: WireLimits.resends)
  }

  func write(fields: inout FieldWriter) {
    fields.put(1, messageID)
    fields.put(2, text)
    fields.put(3, sentAt)
    fields.put(4, acceptedAt)
    fields.put(5, senderDevice)
    fields.put(6, reason)
    if let resentAs { fields.put(7, list: resentAs) }
  }
}

/// `outbox`, for what is not simply a message: a message that is sent again, or a request for one.
struct StoredOutboxPurpose: StoredRecord {
  /// The id it is sent under.
  var messageID: MessageID
  /// In a request: what is asked for.
  var resend: ResendRequest?

  init(messageID: MessageID, resend: ResendRequest? = nil) {
    self.messageID = messageID
    self.resend = resend
  }

  init(fields: inout FieldReader) throws(WireError) {
    messageID = try fields.required(1)
    resend = try fields.optional(2)
  }

  func write(fields: inout FieldWriter) {
    fields.put(1, messageID)
    fields.put(2, resend)
  }
}

/// `renewals`.
struct StoredRenewal: StoredRecord {
  /// When a request last opened a session with the device, in milliseconds since the Unix epoch.
  var at: UInt64

  init(at: UInt64) { self.at = at }

  init(fields: inout FieldReader) throws(WireError) { at = try fields.required(1) }

  func write(fields: inout FieldWriter) { fields.put(1, at) }
}
