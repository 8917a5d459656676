// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import Wire

/// What came of encrypting one row of the outbox.
enum EncryptionOutcome: Sendable {
  /// The frame to send; it stands in the outbox, and the sessions have moved on.
  case frame(Send)
  /// Nothing was written: these devices, by suite, have no session yet, and no bundle to begin one with.
  case needsBundles(AccountID, [SuiteID: [DeviceID]], listNumber: UInt64)
  /// Nothing was written: the account or its device list is not known.
  case needsAccount(VerifiedAccount.Question)
  /// There is no device to send to: a copy for one's other devices, when there are none.
  case nothingToSend
  /// The row was dealt with already.
  case gone
}

extension StoreTransaction {
  /// Encrypts a row for every device of its recipient's list: all sessions and the frame, or nothing.
  ///
  /// Bundles are used for devices without a usable session, and for the one that a request opens a session with unless
  /// `opensSession` is false. Throws `CryptoError` for one that does not verify.
  func encrypt(
    _ id: Int64, bundles: [DeviceID: BundleRecord], opensSession: Bool = true, now: UInt64
  ) throws -> EncryptionOutcome {
    guard let row = try outboxRow(id) else { return .gone }
    if let frame = row.frame { return .frame(frame) }
    let recipient = try contact(row.recipient)
    guard let account = recipient.record.account else {
      return .needsAccount(.username(recipient.record.username))
    }
    guard let root = try recipient.record.root() else { return .needsAccount(.account(account)) }
    guard let list = try deviceList(of: row.recipient)?.list else { return .needsAccount(.account(account)) }

    let local = try ownDevice()
    let devices = list.devices.filter {
      row.recipient != ContactRow.own || $0.device.number != local.asRemote.address.device
    }
    if devices.isEmpty { return .nothingToSend }
    let seconds = now / 1_000
    let outgoing = try outgoingContent(of: row, now: now)
    var renewed = opensSession ? outgoing.opensSessionWith : nil
    if let device = renewed, try !mayRenewSession(with: device, of: row.recipient, now: now) { renewed = nil }
    var suites: [SuiteID] = []
    var missing: [SuiteID: [DeviceID]] = [:]
    for entry in devices {
      let usable =
        entry.device == renewed ? nil : try usableSession(with: entry.device, of: row.recipient, now: seconds)
      let suite = try usable ?? entry.sessionSuite()
      suites.append(suite)
      if usable == nil, bundles[entry.device] == nil { missing[suite, default: []].append(entry.device) }
    }
    guard missing.isEmpty else { return .needsBundles(account, missing, listNumber: list.number) }

    let plaintext = outgoing.content.encoded()
    var envelopes: [Envelope] = []
    for (entry, suite) in zip(devices, suites) {
      let encryption = DeviceEncryption(
        transaction: self, contact: row.recipient, local: local,
        remote: try entry.remoteDevice(of: account, root: root), device: entry.device,
        bundle: bundles[entry.device], opensSession: entry.device == renewed, now: seconds)
      let ciphertext = try encryption.encrypt(plaintext, in: ClientSuites.type(of: suite))
      envelopes.append(
        Envelope(
          device: entry.device, kind: CiphertextKind(ciphertext.kind), ciphertext: ciphertext.bytes[...]))
    }
    let frame = Send(
      message: outgoing.content.message, recipient: account, deviceListNumber: list.number, envelopes: envelopes,
      isUrgent: row.recipient != ContactRow.own && outgoing.content.kind == .text)
    if let renewed { try noteRenewal(with: renewed, of: row.recipient, now: now) }
    try setFrame(frame, of: id)
    return .frame(frame)
  }

  private func outgoingContent(of row: OutboxRow, now: UInt64) throws -> OutgoingContent {
    func content(of message: MessageRow, as id: MessageID) throws -> Content {
      let sentTo = row.recipient == ContactRow.own ? try contact(message.contact).record.account : nil
      return Content(message: id, sentAt: message.record.sentAt, text: message.record.text, sentTo: sentTo)
    }
    switch row.purpose {
    case .message(let id):
      let message = try self.message(id)
      return OutgoingContent(content: try content(of: message, as: message.record.messageID))
    case .resend(let id, let messageID):
      let message = try self.message(id)
      var content = try content(of: message, as: messageID)
      let earlier = (message.record.resentAs ?? []).prefix { $0 != messageID }
      content.replaces = [message.record.messageID] + earlier
      return OutgoingContent(content: content)
    case .request(let purpose, let request):
      let content = Content(
        message: purpose.messageID, sentAt: now, kind: .resendRequest, isSilent: true, resend: request)
      return OutgoingContent(content: content, opensSessionWith: request.device)
    }
  }

  /// The server holds a row's message: it leaves the outbox. The conversation's message is told as accepted, and a copy
  /// for one's other devices takes its place in the outbox if there are any.
  func completed(_ row: OutboxRow, acceptedAt: UInt64) throws -> MessageRow? {
    guard let message = try dealtWith(row) else { return nil }
    if row.recipient != ContactRow.own, try hasOtherDevices() { try enqueue(message: message, for: ContactRow.own) }
    return try setState(of: message, .accepted, acceptedAt: acceptedAt)
  }

  /// A row is given up. Nil for a copy and for what goes on without the person, whose failure does not touch the message.
  func gaveUp(_ row: OutboxRow, _ reason: SendFailure) throws -> MessageRow? {
    try dealtWith(row).map { try setState(of: $0, .failed, reason: reason.number) }
  }

  /// Removes a row; the message whose state changes by that.
  private func dealtWith(_ row: OutboxRow) throws -> Int64? {
    guard try outboxRow(row.id) != nil else { return nil }
    try removeFromOutbox(row.id)
    guard let message = row.purpose.shownMessage else { return nil }
    let isCopy = try row.recipient == ContactRow.own && self.message(message).contact != ContactRow.own
    return isCopy ? nil : message
  }

  /// Whether the own account has devices besides this one.
  func hasOtherDevices() throws -> Bool {
    let own = try account().device
    return try deviceList(of: ContactRow.own)?.list.devices.contains { $0.device != own } ?? false
  }
}

/// What a row of the outbox says.
private struct OutgoingContent {
  let content: Content
  /// A device that gets it in a new session, even if there is one that could be used.
  var opensSessionWith: DeviceID?
}

/// One message for one device: in the session there is, or in a new one that a bundle opens.
private struct DeviceEncryption {
  let transaction: StoreTransaction
  let contact: Int64
  let local: LocalDevice
  let remote: RemoteDevice
  let device: DeviceID
  let bundle: BundleRecord?
  /// Whether the bundle is used even if there is a session.
  let opensSession: Bool
  /// Seconds since 1970.
  let now: UInt64

  /// Encrypts and stores the session as it is afterwards.
  func encrypt<Suite: CipherSuite>(_ plaintext: [UInt8], in _: Suite.Type) throws -> CiphertextMessage {
    var record: SessionRecord<Suite> = try transaction.sessions(with: device, of: contact)
    if opensSession || !record.hasUsableSession(now: now), let bundle {
      let keys = try UnverifiedPreKeyBundle<Suite>(bundle)
      try record.initiate(local: local, bundle: keys.verified(for: remote), now: now)
    }
    let ciphertext = try record.encrypt(plaintext, now: now)
    try transaction.saveSessions(record, with: device, of: contact)
    return ciphertext
  }
}

extension CiphertextKind {
  init(_ kind: CiphertextMessage.Kind) {
    switch kind {
    case .preKey: self = .preKeyMessage
    case .ratchet: self = .message
    }
  }
}

extension UnverifiedPreKeyBundle {
  /// A bundle off the wire; throws `CryptoError` for keys and signatures of the wrong length.
  fileprivate init(_ record: BundleRecord) throws(CryptoError) {
    let signed = record.signedPreKey
    var oneTime: OneTimePreKey<Suite>?
    if let key = record.oneTimePreKey {
      oneTime = try OneTimePreKey(id: key.id, publicKey: key.publicKey, signature: key.signature)
    }
    var lastResort: LastResortPreKey<Suite>?
    if let key = record.lastResortPreKey {
      lastResort = try LastResortPreKey(id: key.id, publicKey: key.publicKey, signature: key.signature)
    }
    self.init(
      signedPreKey: try SignedPreKey(id: signed.id, publicKey: signed.publicKey, signature: signed.signature),
      oneTimePreKey: oneTime, lastResortPreKey: lastResort)
  }
}
