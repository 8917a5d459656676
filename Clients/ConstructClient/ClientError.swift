// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Wire

/// Why the client could not do what was asked.
///
/// `description` is a whole English sentence without ids, keys, tokens or message text, so it may be logged and shown.
public struct ClientError: Error, Sendable {
  /// What happened. Compare with the constants; more may be added.
  public struct Code: Hashable, Sendable {
    enum Reason: String {
      case addressInvalid, certificateInvalid, serverUnreachable, connectionLost, timeout, protocolViolation, refused
      case wrongServer, replaced, deviceRemoved, versionUnsupported, tooBusy
      case usernameLength, usernameCharacter, usernameReserved, usernameTaken, recipientUnknown, contactUnknown
      case otherServer
      case profileMissing, profileExists, profileInUse, wrongKey, keyFileInvalid, passphraseTooShort
      case storeFailed, storeDamaged, storeTooNew
      case registered, notRegistered, challengeTooHard
      case identityChanged, identityInvalid, keysUnavailable, cryptography
      case textEmpty, textTooLong
      case cancelled, alreadyRunning
    }

    let reason: Reason

    init(_ reason: Reason) { self.reason = reason }

    /// The text is no `ws://` or `wss://` address.
    public static let addressInvalid = Code(.addressInvalid)
    /// The server's certificate does not verify.
    public static let certificateInvalid = Code(.certificateInvalid)
    /// No gateway of the list accepts a connection.
    public static let serverUnreachable = Code(.serverUnreachable)
    /// The connection ended before the answer came.
    public static let connectionLost = Code(.connectionLost)
    /// No answer within the time allowed.
    public static let timeout = Code(.timeout)
    /// The server broke the protocol; the connection was closed.
    public static let protocolViolation = Code(.protocolViolation)
    /// The server refused; `failure` says why.
    public static let refused = Code(.refused)
    /// The server has another domain than the one of the registration.
    public static let wrongServer = Code(.wrongServer)
    /// The same device connected elsewhere.
    public static let replaced = Code(.replaced)
    /// The account's device list does not have this device any more.
    public static let deviceRemoved = Code(.deviceRemoved)
    /// Server and client have no protocol version in common.
    public static let versionUnsupported = Code(.versionUnsupported)
    /// More requests wait than the client keeps.
    public static let tooBusy = Code(.tooBusy)

    /// A username has 3 to 32 characters.
    public static let usernameLength = Code(.usernameLength)
    /// A username has a character that is not allowed, or not at its place.
    public static let usernameCharacter = Code(.usernameCharacter)
    /// The username is kept for the operator.
    public static let usernameReserved = Code(.usernameReserved)
    /// The username, or one that looks the same, is taken.
    public static let usernameTaken = Code(.usernameTaken)
    /// Nobody has this username.
    public static let recipientUnknown = Code(.recipientUnknown)
    /// The name is of another server, and messages do not go to others yet.
    public static let otherServer = Code(.otherServer)
    /// The profile has no contact of this name.
    public static let contactUnknown = Code(.contactUnknown)

    /// There is no profile at this place.
    public static let profileMissing = Code(.profileMissing)
    /// There is a profile at this place already.
    public static let profileExists = Code(.profileExists)
    /// Another process has the profile open.
    public static let profileInUse = Code(.profileInUse)
    /// The passphrase or key file does not open this profile.
    public static let wrongKey = Code(.wrongKey)
    /// The key file is missing, unreadable, readable for others, or does not hold a key.
    public static let keyFileInvalid = Code(.keyFileInvalid)
    /// A passphrase has at least 8 characters.
    public static let passphraseTooShort = Code(.passphraseTooShort)
    /// The store cannot be read or written.
    public static let storeFailed = Code(.storeFailed)
    /// The store holds something that this profile's key did not seal.
    public static let storeDamaged = Code(.storeDamaged)
    /// The store was written by a later version.
    public static let storeTooNew = Code(.storeTooNew)

    /// The profile has an account already.
    public static let registered = Code(.registered)
    /// The profile has no account yet.
    public static let notRegistered = Code(.notRegistered)
    /// The server asks for more proof of work than is reasonable.
    public static let challengeTooHard = Code(.challengeTooHard)

    /// The server names another root identity key for an account than the one that was pinned.
    public static let identityChanged = Code(.identityChanged)
    /// A device list or a prekey bundle is not what its signatures must say.
    public static let identityInvalid = Code(.identityInvalid)
    /// A device of the recipient has no prekeys on the server.
    public static let keysUnavailable = Code(.keysUnavailable)
    /// A cryptographic operation failed.
    public static let cryptography = Code(.cryptography)

    /// There is nothing to send.
    public static let textEmpty = Code(.textEmpty)
    /// The text has more than `MessageLimits.textBytes` bytes.
    public static let textTooLong = Code(.textTooLong)

    /// `run` is running already.
    public static let alreadyRunning = Code(.alreadyRunning)
    /// The task was cancelled.
    public static let cancelled = Code(.cancelled)

    /// A stable name for scripts and logs.
    public var name: String { reason.rawValue }
  }

  /// What happened.
  public let code: Code
  /// With `.refused`: the server's own code.
  public let failure: FailureCode?
  /// What caused it, for a debugger; not part of `description`.
  public let cause: (any Error)?
  /// The source file where it was made.
  public let file: String
  /// The line in it.
  public let line: Int

  init(
    _ code: Code, failure: FailureCode? = nil, cause: (any Error)? = nil, file: String = #fileID, line: Int = #line
  ) {
    self.code = code
    self.failure = failure
    self.cause = cause
    self.file = file
    self.line = line
  }
}
