// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Wire

/// Asking for what could not be read, and sending it again (docs/protocol.md, section 9.1).
extension StoreTransaction {
  /// Requests for one contact that may wait at a time. Beyond that, as when somebody floods this device with what nobody
  /// can read, nothing more is asked for.
  static let waitingRequests = 16
  /// Milliseconds that a message may have been sent again for: as long as the server would have kept it.
  static let resendable: UInt64 = 30 * 86_400_000

  /// Puts a message that cannot be read into a request to its sender, if asking can help.
  ///
  /// Messages of one device that become unreadable before the request has been encrypted share it.
  func ask(for delivery: Deliver, _ reason: UnreadableReason, of contact: Int64) throws {
    guard reason.isAskedAgain else { return }
    let waiting = try waitingRequests(for: contact)
    for row in waiting where row.frame == nil {
      guard case .request(var purpose, var request) = row.purpose, request.device == delivery.senderDevice,
        request.messages.count < WireLimits.resendRequestMessages
      else { continue }
      request.messages.append(delivery.message)
      purpose.resend = request
      return try setRequest(purpose, of: row.id)
    }
    guard waiting.count < Self.waitingRequests else { return }
    let request = ResendRequest(device: delivery.senderDevice, messages: [delivery.message])
    try enqueue(StoredOutboxPurpose(messageID: .fresh(), resend: request), for: contact)
  }

  /// Takes what was sent again to the place of what could not be read. Nil if it was read before.
  func addResent(
    _ record: StoredMessage, replacing ids: [MessageID], from delivery: Deliver, contact: Int64,
    direction: Message.Direction, state: MessageRow.StateNumber
  ) throws -> MessageRow? {
    try noteSilent(delivery.message, from: delivery.sender, device: delivery.senderDevice)
    for id in ids where try hasMessage(id, from: delivery.sender, device: delivery.senderDevice) { return nil }
    for id in ids.dropFirst() { try noteSilent(id, from: delivery.sender, device: delivery.senderDevice) }
    return try addIncoming(record, from: delivery.sender, contact: contact, direction: direction, state: state)
  }

  /// A device has asked for messages: of the sessions with it only those of the suite it asked in are known to work on its
  /// side. The others send no more, for the highest suite would go on to be taken; what is late in them still opens.
  func leaveSessions(with device: DeviceID, of contact: Int64, otherThan suite: SuiteID) throws {
    func archive<Suite: CipherSuite>(_: Suite.Type) throws {
      var record: SessionRecord<Suite> = try sessions(with: device, of: contact)
      record.archiveCurrent()
      try saveSessions(record, with: device, of: contact)
    }
    for other in try sessionSuites(with: device, of: contact) where other != suite {
      try archive(ClientSuites.type(of: other))
    }
  }

  /// Puts the messages that a contact's device asks for into the outbox once more: those that this device sent to that
  /// very contact, or, if one of one's own devices asks, to anybody.
  func answer(_ request: ResendRequest, from contact: Int64, now: UInt64) throws {
    guard try request.device == account().device else { return }
    for id in request.messages {
      guard let row = try sentMessage(id), row.contact == contact || contact == ContactRow.own,
        row.record.text != nil, row.state != .failed,
        // By subtraction: the server says when it accepted, and may say anything.
        now - min(now, row.record.acceptedAt ?? row.record.sentAt) < Self.resendable
      else { continue }
      var record = row.record
      var resentAs = record.resentAs ?? []
      guard resentAs.count < WireLimits.resends else { continue }
      let again = try MessageID.fresh()
      resentAs.append(again)
      record.resentAs = resentAs
      try update(record, of: row.id)
      try noteResend(again, of: row.id)
      try enqueueResend(of: row.id, as: again, for: contact)
    }
  }
}

extension UnreadableReason {
  /// Whether the sender's device is asked by itself to send the message again: it may arrive yet.
  public var isAskedAgain: Bool {
    switch self {
    case .noSession, .unknownPreKey, .notAuthentic, .tooFarAhead, .keyUsed: true
    case .malformed, .identityMismatch, .identityChanged, .senderUnknown, .unsupported: false
    }
  }
}

extension MessageID {
  /// A new one; throws `.cryptography` if there is no randomness.
  static func fresh() throws(ClientError) -> MessageID {
    do throws(CryptoError) {
      guard let id = MessageID(random: try NativeCryptoProvider.randomBytes(count: 16)) else {
        throw CryptoError.randomnessUnavailable
      }
      return id
    } catch {
      throw ClientError(.cryptography, cause: error)
    }
  }
}
