// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import MessagePack

/// Why a request was refused. Numbers are never reused; a client treats one it does not know by its hundred.
public struct FailureCode: WireValue, Hashable {
  public let number: UInt64

  public init(_ number: UInt64) { self.number = number }

  /// The bytes are not a frame, or its body is not the record its kind asks for.
  public static let malformedFrame = FailureCode(100)
  /// No frame has this kind, or not in this direction.
  public static let unknownFrame = FailureCode(101)
  /// Client and server have no protocol version in common.
  public static let unsupportedVersion = FailureCode(102)
  /// This frame needs an authenticated connection.
  public static let notAuthenticated = FailureCode(103)
  /// The frame is larger than Welcome allows.
  public static let frameTooLarge = FailureCode(104)
  /// The frame does not belong at this point of the conversation.
  public static let unexpectedFrame = FailureCode(105)
  /// More requests without an answer than Welcome allows; this one was not taken.
  public static let tooManyOutstanding = FailureCode(106)
  /// Nothing came for too long, not even a pong.
  public static let idle = FailureCode(107)
  /// The same device has connected elsewhere.
  public static let replaced = FailureCode(108)

  /// The access token is not one of this server.
  public static let tokenInvalid = FailureCode(200)
  /// The token has expired: refresh or log in.
  public static let tokenExpired = FailureCode(201)
  /// The challenge is not one of this server, or not for this account.
  public static let challengeInvalid = FailureCode(202)
  /// The challenge has expired: ask for another.
  public static let challengeExpired = FailureCode(203)
  /// The challenge has been used: ask for another.
  public static let challengeUsed = FailureCode(204)
  /// The nonce does not reach the difficulty.
  public static let proofOfWorkInvalid = FailureCode(205)
  /// A signature does not verify.
  public static let signatureInvalid = FailureCode(206)
  /// The username breaks the rules of Username.
  public static let usernameInvalid = FailureCode(207)
  /// The username, or one that looks the same, is taken.
  public static let usernameTaken = FailureCode(208)
  /// The username is reserved.
  public static let usernameReserved = FailureCode(209)
  /// The account has no such device.
  public static let deviceUnknown = FailureCode(210)
  /// The refresh token was used before or revoked: log in.
  public static let sessionRevoked = FailureCode(211)
  /// The device list breaks a rule of DeviceList.
  public static let deviceListInvalid = FailureCode(212)
  /// The device list is not the successor of the current one.
  public static let deviceListConflict = FailureCode(213)
  /// A key or signature has the wrong length for its suite, or is no valid key.
  public static let keyInvalid = FailureCode(214)
  /// The server does not know the suite.
  public static let suiteUnsupported = FailureCode(215)
  /// There is no such account.
  public static let accountUnknown = FailureCode(216)

  /// More one-time prekeys than the server keeps for a device.
  public static let tooManyPreKeys = FailureCode(300)
  /// A one-time prekey with this id was uploaded before with another key.
  public static let preKeyConflict = FailureCode(301)

  /// There is no such account to deliver to.
  public static let recipientUnknown = FailureCode(400)
  /// The envelopes do not match the current device list: fetch it and encrypt again.
  public static let staleDeviceList = FailureCode(401)
  /// A ciphertext is larger than Welcome allows.
  public static let messageTooLarge = FailureCode(402)
  /// The recipient has too many messages waiting.
  public static let mailboxFull = FailureCode(403)
  /// The recipient has too many messages of this sender waiting.
  public static let senderShareFull = FailureCode(404)

  /// A part of the server is not reachable; nothing was lost, try again.
  public static let unavailable = FailureCode(500)
  /// No answer in time; the request may or may not have taken effect, repeat it.
  public static let timeout = FailureCode(501)
  /// Too many requests of this sort; see retryAfterMilliseconds.
  public static let rateLimited = FailureCode(502)
  /// The server failed; it was logged.
  public static let internalError = FailureCode(503)

  /// Whether the same request can succeed later.
  public var isRetryable: Bool { FailureCode.catalogue.first { $0.code == self }?.isRetryable ?? (number / 100 == 5) }

  /// The name in the reference; `code` and the number for one that this version does not know.
  public var name: String { FailureCode.catalogue.first { $0.code == self }?.name ?? "code \(number)" }

  /// What the reference says of each code.
  public struct Documentation: Sendable {
    public let code: FailureCode
    public let name: String
    public let isRetryable: Bool
    public let summary: String

    init(_ code: FailureCode, _ name: String, _ isRetryable: Bool, _ summary: String) {
      self.code = code
      self.name = name
      self.isRetryable = isRetryable
      self.summary = summary
    }
  }

  public static let catalogue: [Documentation] = [
    Documentation(
      .malformedFrame, "malformedFrame", false,
      "The bytes are not a frame, or its body is not the record its kind asks for."),
    Documentation(.unknownFrame, "unknownFrame", false, "No frame has this kind, or not in this direction."),
    Documentation(
      .unsupportedVersion, "unsupportedVersion", false,
      "Client and server have no protocol version in common."),
    Documentation(.notAuthenticated, "notAuthenticated", false, "This frame needs an authenticated connection."),
    Documentation(.frameTooLarge, "frameTooLarge", false, "The frame is larger than Welcome allows."),
    Documentation(
      .unexpectedFrame, "unexpectedFrame", false,
      "The frame does not belong at this point of the conversation."),
    Documentation(
      .tooManyOutstanding, "tooManyOutstanding", true,
      "More requests without an answer than Welcome allows; this one was not taken."),
    Documentation(.idle, "idle", true, "Nothing came for too long, not even a pong."),
    Documentation(.replaced, "replaced", false, "The same device has connected elsewhere."),
    Documentation(.tokenInvalid, "tokenInvalid", false, "The access token is not one of this server."),
    Documentation(.tokenExpired, "tokenExpired", false, "The token has expired: refresh or log in."),
    Documentation(
      .challengeInvalid, "challengeInvalid", false,
      "The challenge is not one of this server, or not for this account."),
    Documentation(.challengeExpired, "challengeExpired", false, "The challenge has expired: ask for another."),
    Documentation(.challengeUsed, "challengeUsed", false, "The challenge has been used: ask for another."),
    Documentation(.proofOfWorkInvalid, "proofOfWorkInvalid", false, "The nonce does not reach the difficulty."),
    Documentation(.signatureInvalid, "signatureInvalid", false, "A signature does not verify."),
    Documentation(.usernameInvalid, "usernameInvalid", false, "The username breaks the rules of Username."),
    Documentation(.usernameTaken, "usernameTaken", false, "The username, or one that looks the same, is taken."),
    Documentation(.usernameReserved, "usernameReserved", false, "The username is reserved."),
    Documentation(.deviceUnknown, "deviceUnknown", false, "The account has no such device."),
    Documentation(.sessionRevoked, "sessionRevoked", false, "The refresh token was used before or revoked: log in."),
    Documentation(.deviceListInvalid, "deviceListInvalid", false, "The device list breaks a rule of DeviceList."),
    Documentation(
      .deviceListConflict, "deviceListConflict", false,
      "The device list is not the successor of the current one."),
    Documentation(
      .keyInvalid, "keyInvalid", false,
      "A key or signature has the wrong length for its suite, or is no valid key."),
    Documentation(.suiteUnsupported, "suiteUnsupported", false, "The server does not know the suite."),
    Documentation(.accountUnknown, "accountUnknown", false, "There is no such account."),
    Documentation(
      .tooManyPreKeys, "tooManyPreKeys", false,
      "More one-time prekeys than the server keeps for a device."),
    Documentation(
      .preKeyConflict, "preKeyConflict", false,
      "A one-time prekey with this id was uploaded before with another key."),
    Documentation(.recipientUnknown, "recipientUnknown", false, "There is no such account to deliver to."),
    Documentation(
      .staleDeviceList, "staleDeviceList", false,
      "The envelopes do not match the current device list: fetch it and encrypt again."),
    Documentation(.messageTooLarge, "messageTooLarge", false, "A ciphertext is larger than Welcome allows."),
    Documentation(.mailboxFull, "mailboxFull", true, "The recipient has too many messages waiting."),
    Documentation(
      .senderShareFull, "senderShareFull", true, "The recipient has too many messages of this sender waiting."),
    Documentation(
      .unavailable, "unavailable", true,
      "A part of the server is not reachable; nothing was lost, try again."),
    Documentation(
      .timeout, "timeout", true,
      "No answer in time; the request may or may not have taken effect, repeat it."),
    Documentation(.rateLimited, "rateLimited", true, "Too many requests of this sort; see retryAfterMilliseconds."),
    Documentation(.internalError, "internalError", true, "The server failed; it was logged."),
  ]
}

extension FailureCode {
  public init(from reader: inout MessagePackReader) throws(WireError) { number = try UInt64(from: &reader) }
  public func write(to writer: inout MessagePackWriter) { number.write(to: &writer) }
}
