// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Wire

/// A message of a conversation, as the store has it.
public struct Message: Hashable, Sendable, Identifiable {
  /// Whose message it is.
  public enum Direction: Int, Sendable {
    case incoming = 1
    case outgoing = 2
  }

  /// How far it has come.
  public enum State: Hashable, Sendable {
    /// Incoming, and readable.
    case received
    /// Incoming, but it could not be read; it stays visible so that the person can ask for it again.
    case unreadable(UnreadableReason)
    /// Outgoing, in the outbox.
    case waiting
    /// Outgoing, and durable at the server: it will be delivered.
    case accepted
    /// Outgoing, and given up.
    case failed(SendFailure)
  }

  /// Its place in this profile's history: later messages have larger numbers.
  public let id: Int64
  /// The sender's id of the message, the same on all devices.
  public let messageID: MessageID
  /// The contact's name, see `Contact.name`.
  public let contact: String
  /// Incoming, or written by oneself on this or another device.
  public let direction: Direction
  /// Nil for what could not be read.
  public let text: String?
  /// As of when it was read from the store; ask again with `ConstructClient.message`.
  public let state: State
  /// Milliseconds since the Unix epoch by the sender's clock; the server's time for what could not be read.
  public let sentAt: UInt64
  /// Milliseconds since the Unix epoch by the server's clock; nil for what it has not accepted.
  public let acceptedAt: UInt64?
  /// Incoming, and not marked as read yet.
  public let isUnread: Bool
}

/// Why an incoming message could not be read.
public enum UnreadableReason: UInt64, Sendable, CaseIterable {
  /// No session fits: this device has lost what the sender still has.
  case noSession = 1
  /// It names a prekey that this device does not have any more.
  case unknownPreKey = 2
  /// It was not written by the holder of the session's keys, or was changed on its way.
  case notAuthentic = 3
  /// It does not follow the layout of messages.
  case malformed = 4
  /// The sending device is not the one that its account's device list certifies.
  case identityMismatch = 5
  /// The server names another identity for the sender than the one known so far.
  case identityChanged = 6
  /// The server knows no such sender, or its keys are not signed as they must be.
  case senderUnknown = 7
  /// It is of a kind, suite or version that this version does not understand: update.
  case unsupported = 8
  /// Too many messages before it are missing.
  case tooFarAhead = 9
  /// Its key was used, or given up, before: it repeats what another message said, or came too late.
  case keyUsed = 10
}

/// Why an outgoing message was given up.
public enum SendFailure: Hashable, Sendable {
  /// Nobody has this username, or the account is gone.
  case recipientUnknown
  /// The server names another identity for the recipient than the one known so far.
  case identityChanged
  /// The recipient's keys are not signed as they must be.
  case identityInvalid
  /// It is too large for the server.
  case tooLarge
  /// The keys could not be used.
  case cryptography
  /// The server refused, with this code.
  case refused(FailureCode)
}

extension SendFailure {
  /// The stored number: 1–99 our own, 1,000 and more a server's code.
  var number: UInt64 {
    switch self {
    case .recipientUnknown: 1
    case .identityChanged: 2
    case .identityInvalid: 3
    case .tooLarge: 4
    case .cryptography: 5
    case .refused(let code): 1_000 &+ code.number
    }
  }

  init(number: UInt64) {
    switch number {
    case 1: self = .recipientUnknown
    case 2: self = .identityChanged
    case 3: self = .identityInvalid
    case 4: self = .tooLarge
    case 5: self = .cryptography
    default: self = .refused(FailureCode(number >= 1_000 ? number - 1_000 : number))
    }
  }
}

/// The bounds of what a person sends.
public enum MessageLimits {
  /// Bytes of UTF-8 in one text. Padded, and encrypted for six devices, it still fits into one frame.
  public static let textBytes = 32_768
  /// Messages that may wait in the outbox.
  public static let waiting = 10_000
}
