// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import ServiceKit
import Wire

@testable import DeliveryService

/// People and messages for tests.
enum Sample {
  /// An account of the given partition; `salt` tells several apart.
  static func account(partition: UInt32 = 5, salt: UInt64 = 1) -> AccountID {
    AccountID(Identifier128(high: salt, low: UInt64(partition) + 64 * salt))
  }

  static func address(_ account: AccountID, _ device: UInt32 = 1) -> DeviceAddress {
    DeviceAddress(account: account, device: DeviceID(device) ?? .first)
  }

  static let bob = account(partition: 5, salt: 1)
  static let alice = address(account(partition: 9, salt: 2))

  static func message(_ number: UInt64) -> MessageID { MessageID(Identifier128(high: 7, low: number)) }

  static func connection(_ number: UInt64, gateway: String = "gw-a") -> DeviceConnection {
    DeviceConnection(gateway: gateway, number: number)
  }

  /// A message to every given device of an account.
  static func send(
    _ number: UInt64, to recipient: AccountID = bob, devices: [UInt32] = [1], list: UInt64 = 1,
    isUrgent: Bool = false, ciphertext: [UInt8]? = nil
  ) -> Send {
    let envelopes = devices.map { device in
      Envelope(
        device: DeviceID(device) ?? .first, kind: .message,
        ciphertext: (ciphertext ?? Array("to \(device): \(number)".utf8))[...])
    }
    return Send(
      message: message(number), recipient: recipient, deviceListNumber: list, envelopes: envelopes, isUrgent: isUrgent)
  }

  static func incoming(_ send: Send, from sender: DeviceAddress = alice, request: UInt64 = 1) -> IncomingSend {
    IncomingSend(
      reply: ReplyAddress(connection: connection(77, gateway: "gw-s"), request: request), sender: sender, send: send)
  }

  /// What the store says of one account with these devices.
  static func facts(
    _ account: AccountID = bob, list: UInt64 = 1, now: UInt64 = 1_000,
    mailboxes: [UInt32: MailboxFacts.Mailbox] = [1: MailboxFacts.Mailbox()], senders: Set<DeviceAddress> = [alice]
  ) -> MailboxFacts {
    var facts = MailboxFacts()
    facts.senders = senders
    facts.now = now
    var boxes: [DeviceID: MailboxFacts.Mailbox] = [:]
    for (device, mailbox) in mailboxes { boxes[DeviceID(device) ?? .first] = mailbox }
    facts.recipients[account] = MailboxFacts.Recipient(deviceListNumber: list, mailboxes: boxes)
    return facts
  }

  static func ranges(_ ranges: ClosedRange<UInt64>...) -> [SequenceRange] {
    ranges.map { SequenceRange(first: $0.lowerBound, last: $0.upperBound) }
  }

  static func envelope(
    _ sequence: UInt64, for recipient: DeviceAddress = address(bob), isUrgent: Bool = false, bytes: Int = 8
  ) -> StoredEnvelope {
    StoredEnvelope(
      recipient: recipient, sequence: sequence, sender: alice, message: message(sequence), acceptedAt: 1_000,
      kind: .message, isUrgent: isUrgent,
      ciphertext: [UInt8](repeating: UInt8(truncatingIfNeeded: sequence), count: bytes)[...])
  }
}

extension MailboxCommand {
  /// For tests of something else than which of two gateways' connections is newer.
  static func attach(_ device: DeviceAddress, _ connection: DeviceConnection) -> MailboxCommand {
    .attach(device, connection, 0)
  }
}

extension Moment {
  static func at(_ milliseconds: UInt64) -> Moment { Moment(milliseconds: milliseconds) }
}

extension DeliveryEffects {
  /// The frames for one connection, in order.
  func frames(to connection: DeviceConnection) -> [OutboundFrame] {
    (frames[connection.gateway] ?? []).filter { $0.connection == connection.number }
  }

  /// The sequences delivered to one connection, in order.
  func deliveries(to connection: DeviceConnection) throws -> [UInt64] {
    try frames(to: connection).filter { $0.kind == FrameKind.deliver.rawValue }
      .map { try Deliver(encoded: $0.body).sequence }
  }

  /// The failures sent to one connection.
  func failures(to connection: DeviceConnection) throws -> [FailureCode] {
    try frames(to: connection).filter { $0.kind == FrameKind.failure.rawValue }
      .map { try Failure(encoded: $0.body).code }
  }
}

extension PairRate {
  /// For tests of something else.
  static let fast = PairRate(burst: 1_000_000, minutely: 10_000_000)
}

extension SendLimits {
  /// For tests of something else than how fast somebody sends.
  static func with(messages: UInt64 = 100_000, bytes: UInt64 = 64 << 20, sharePercent: UInt64 = 100) -> SendLimits {
    SendLimits(messages: messages, bytes: bytes, sharePercent: sharePercent, pair: .fast)
  }
}
