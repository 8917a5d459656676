// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import Wire

/// What came of one delivery.
enum DeliveryOutcome: Sendable {
  /// It is in the store; `usedPreKey` says that a one-time prekey went with it.
  case stored(Message, usedPreKey: Bool)
  /// It was read, and there is nothing to show.
  case silent(usedPreKey: Bool)
  /// It was here before: it is acknowledged again, and nothing else happens.
  case duplicate
  /// Nothing was written: this account's record has to be fetched before it can be read.
  case needsAccount(AccountID)
}

extension StoreTransaction {
  /// Reads a delivery and stores everything that follows from it: session, message, the consumed prekey's deletion.
  /// The caller acknowledges when the transaction stands.
  ///
  /// `lookedUp` has the accounts of which nothing more can be fetched: what cannot be read for want of one is stored as
  /// unreadable for the reason given there.
  func receive(
    _ delivery: Deliver, lookedUp: [AccountID: UnreadableReason], now: UInt64
  ) throws -> DeliveryOutcome {
    // Not by its number: a server that was restored from a copy counts from there again.
    if try hasMessage(delivery.message, from: delivery.sender, device: delivery.senderDevice) { return .duplicate }
    guard let contact = try self.contact(of: delivery.sender),
      let entry = try deviceList(of: contact.id)?.entry(of: delivery.senderDevice),
      let root = try contact.record.root()
    else {
      guard let reason = lookedUp[delivery.sender] else { return .needsAccount(delivery.sender) }
      return try storeUnreadable(delivery, reason)
    }
    let opened: OpenedMessage
    do throws(UnreadableProblem) {
      opened = try open(
        delivery, from: contact.id, remote: { try entry.remoteDevice(of: delivery.sender, root: root) }, now: now)
    } catch {
      switch error {
      case .failed(let error): throw error
      case .unreadable(.identityMismatch):
        // Our list may be behind: fetch it once.
        guard let reason = lookedUp[delivery.sender] else { return .needsAccount(delivery.sender) }
        return try storeUnreadable(delivery, reason)
      case .unreadable(let problem): return try storeUnreadable(delivery, problem)
      }
    }
    return try store(opened, of: delivery, contact: contact, lookedUp: lookedUp, now: now)
  }

  /// A decrypted message with the state to store beside it.
  private struct OpenedMessage {
    let result: DecryptionResult
    /// Stores the session as it is after the message.
    let saveSessions: () throws -> Void
    /// Of the session it came in.
    let suite: SuiteID

    var usedPreKey: Bool { result.consumedOneTimePreKey != nil }
  }

  private enum UnreadableProblem: Error {
    case unreadable(UnreadableReason)
    /// Not the message's fault.
    case failed(any Error)
  }

  /// Decrypts and writes nothing.
  private func open(
    _ delivery: Deliver, from contact: Int64, remote: () throws -> RemoteDevice, now: UInt64
  ) throws(UnreadableProblem) -> OpenedMessage {
    do {
      let local = try ownDevice()
      let suite = local.asRemote.keys.suite
      let remote = try remote()
      let message = try CiphertextMessage(bytes: [UInt8](delivery.ciphertext))
      // A device of this device's own suite knows that suite: it opens no session in a lower one.
      let isDowngrade =
        message.kind == .preKey && message.suite != suite && remote.keys.suite == suite
      guard !isDowngrade else { throw CryptoError.unsupportedSuite }
      func open<Suite: CipherSuite>(_: Suite.Type) throws -> OpenedMessage {
        var sessions: SessionRecord<Suite> = try self.sessions(with: delivery.senderDevice, of: contact)
        let needed = try SessionRecord<Suite>.preKeys(neededBy: message)
        let preKeys =
          try needed.map { try localPreKeys(for: $0, from: delivery.senderDevice, of: contact) }
          ?? LocalPreKeys<Suite>()
        let result = try sessions.decrypt(
          message, local: local, remote: remote, preKeys: preKeys, now: now / 1_000)
        return OpenedMessage(
          result: result,
          saveSessions: { [sessions] in
            try saveSessions(sessions, with: delivery.senderDevice, of: contact)
            guard let needed, let baseKey = result.baseKeyToRemember else { return }
            try noteBaseKey(
              baseKey, signedPreKey: needed.signedPreKey, by: delivery.senderDevice, of: contact)
          },
          suite: message.suite)
      }
      return try open(ClientSuites.type(of: message.suite))
    } catch let error as CryptoError {
      throw .unreadable(UnreadableReason(error))
    } catch {
      throw .failed(error)
    }
  }

  private func store(
    _ opened: OpenedMessage, of delivery: Deliver, contact: ContactRow, lookedUp: [AccountID: UnreadableReason],
    now: UInt64
  ) throws -> DeliveryOutcome {
    let content: Content
    do throws(WireError) { content = try Content(encoded: opened.result.plaintext) } catch {
      return try storeUnreadable(delivery, .malformed, opened)
    }
    // The server chose the id of the delivery; the sender's says which message this is.
    guard content.message == delivery.message else { return try storeUnreadable(delivery, .malformed, opened) }
    guard content.kind == .text else {
      if content.kind == .resendRequest, let request = content.resend {
        try leaveSessions(with: delivery.senderDevice, of: contact.id, otherThan: opened.suite)
        try answer(request, from: contact.id, now: now)
      } else if !content.isSilent {
        return try storeUnreadable(delivery, .unsupported, opened)
      }
      try advance(opened)
      try noteSilent(delivery.message, from: delivery.sender, device: delivery.senderDevice)
      return .silent(usedPreKey: opened.usedPreKey)
    }
    // Only one's own devices say what was sent to others, and they always do.
    let isOwn = contact.id == ContactRow.own
    guard content.text != nil, (content.sentTo != nil) == isOwn else {
      return try storeUnreadable(delivery, .malformed, opened)
    }
    var conversation = contact
    if let sentTo = content.sentTo {
      if let other = try self.contact(of: sentTo) {
        conversation = other
      } else {
        guard lookedUp[sentTo] != nil else { return .needsAccount(sentTo) }
        conversation = try addUnknown(sentTo)
      }
    }
    try advance(opened)
    let record = StoredMessage(
      messageID: content.replaces?.first ?? delivery.message, text: content.text, sentAt: content.sentAt,
      acceptedAt: delivery.acceptedAt, senderDevice: delivery.senderDevice)
    let direction: Message.Direction = isOwn ? .outgoing : .incoming
    let state: MessageRow.StateNumber = isOwn ? .accepted : .received
    let row =
      if let replaced = content.replaces {
        try addResent(
          record, replacing: replaced, from: delivery, contact: conversation.id, direction: direction, state: state)
      } else {
        try addIncoming(
          record, from: delivery.sender, contact: conversation.id, direction: direction, state: state)
      }
    guard let row else { return .silent(usedPreKey: opened.usedPreKey) }
    return .stored(row.message(contact: conversation.record.name), usedPreKey: opened.usedPreKey)
  }

  /// The session as it is after the message, without the prekey that went with it.
  private func advance(_ opened: OpenedMessage) throws {
    try opened.saveSessions()
    if let id = opened.result.consumedOneTimePreKey { try deletePreKey(.oneTime, id: id) }
  }

  /// `opened` if it was decrypted, and only what it says cannot be read.
  private func storeUnreadable(
    _ delivery: Deliver, _ reason: UnreadableReason, _ opened: OpenedMessage? = nil
  ) throws -> DeliveryOutcome {
    if let opened { try advance(opened) }
    let contact = try self.contact(of: delivery.sender) ?? addUnknown(delivery.sender)
    let row = try addIncoming(
      StoredMessage(
        messageID: delivery.message, text: nil, sentAt: delivery.acceptedAt, acceptedAt: delivery.acceptedAt,
        senderDevice: delivery.senderDevice, reason: reason.rawValue),
      from: delivery.sender, contact: contact.id, direction: .incoming, state: .unreadable)
    guard let row else { return .duplicate }
    // Whom nothing can be sent to is not asked.
    if contact.record.account != nil, try deviceList(of: contact.id) != nil {
      try ask(for: delivery, reason, of: contact.id)
    }
    return .stored(row.message(contact: contact.record.name), usedPreKey: opened?.usedPreKey ?? false)
  }
}

extension UnreadableReason {
  fileprivate init(_ error: CryptoError) {
    switch error {
    case .unknownSession, .staleSession: self = .noSession
    case .unknownPreKey: self = .unknownPreKey
    case .identityMismatch: self = .identityMismatch
    case .tooFarAhead: self = .tooFarAhead
    case .duplicateMessage: self = .keyUsed
    case .unsupportedVersion, .unsupportedSuite: self = .unsupported
    case .malformed, .malformedPadding, .invalidKeyLength, .invalidLength: self = .malformed
    default: self = .notAuthentic
    }
  }
}
