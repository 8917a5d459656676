// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
public import Wire

extension ClientError: CustomStringConvertible {
  /// One sentence for people, the same for all errors of a code; only of a server that cannot be reached it says why.
  public var description: String {
    switch code.reason {
    case .addressInvalid: "This is no server address; it looks like wss://chat.example.org or ws://localhost:8443."
    case .certificateInvalid: "The server's certificate does not verify."
    case .serverUnreachable: "The server cannot be reached\(unreachableReason.map { ": \($0)" } ?? "")."
    case .connectionLost: "The connection was lost."
    case .timeout: "The server did not answer in time."
    case .protocolViolation: "The server sent something that the protocol does not allow."
    case .refused: failure.map { Self.sentence(for: $0) } ?? "The server refused."
    case .wrongServer: "This server has another domain than the one that the account was registered at."
    case .replaced: "This device has connected from elsewhere."
    case .deviceRemoved:
      "This server does not know this device: it was removed from the account, or the server is another one."
    case .versionUnsupported: "Server and client have no protocol version in common; one of them needs an update."
    case .tooBusy: "Too many requests wait already."
    case .usernameLength: "A username has 3 to 32 characters."
    case .usernameCharacter:
      "A username has letters a-z, digits and single . _ - between them, and begins with a letter."
    case .usernameReserved: "This username is reserved."
    case .usernameTaken: "This username, or one that looks the same, is taken."
    case .recipientUnknown: "Nobody has this username."
    case .otherServer: "This name is of another server, and messages do not go to other servers yet."
    case .contactUnknown: "There is no contact of this name."
    case .profileMissing: "There is no profile at this place."
    case .profileExists: "There is a profile at this place already."
    case .profileInUse: "Another process has this profile open."
    case .wrongKey: "The passphrase or key file does not open this profile."
    case .keyFileInvalid: "The key file is missing, readable for others, or does not hold a key."
    case .passphraseTooShort: "A passphrase has at least 8 characters."
    case .storeFailed: "The profile's store cannot be read or written."
    case .storeDamaged: "The profile's store is damaged."
    case .storeTooNew: "The profile was written by a later version."
    case .registered: "The profile has an account already."
    case .notRegistered: "The profile has no account yet."
    case .challengeTooHard: "The server asks for more proof of work than is reasonable."
    case .identityChanged: "The server names another identity for this account than the one known so far."
    case .identityInvalid: "The keys that the server names are not signed as they must be."
    case .keysUnavailable: "A device of the recipient has not stored keys on the server yet."
    case .cryptography: "A cryptographic operation failed."
    case .textEmpty: "There is nothing to send."
    case .textTooLong: "The text is too long for one message."
    case .alreadyRunning: "The client is running already."
    case .cancelled: "It was cancelled."
    }
  }
}

extension ClientError {
  /// What a refusal means to a person.
  public static func sentence(for code: FailureCode) -> String {
    switch code {
    case .timeout: "The server took too long."
    case .unavailable: "A part of the server cannot be reached at the moment."
    case .internalError: "The server has failed; its operator can see why."
    case .rateLimited: "That was too much in a short time."
    case .tooManyOutstanding: "Too many requests of this device wait at the server."
    case .mailboxFull: "Too much waits for the recipient already."
    case .senderShareFull: "Too much of yours waits for the recipient already."
    case .messageTooLarge, .frameTooLarge: "It is too large for the server."
    case .suiteUnsupported: "The server does not know this suite of keys."
    case .idle: "The server has heard nothing of this device for too long."
    case .tokenInvalid, .tokenExpired, .sessionRevoked, .notAuthenticated, .challengeInvalid, .challengeExpired,
      .challengeUsed:
      "The server has ended the log-in; it is made anew."
    case .replaced: "This device has connected from elsewhere."
    default: "The server refused it (\(code.name))."
    }
  }

  /// The operating system's words for why no connection came about; they name no address.
  private var unreachableReason: String? {
    switch cause {
    case let error as IOError: return SystemCalls.message(error.errnoCode)
    case let error as NIOConnectionError:
      for attempt in error.connectionErrors {
        if let error = attempt.error as? IOError { return SystemCalls.message(error.errnoCode) }
      }
      return error.dnsAError != nil && error.dnsAAAAError != nil ? "its name is not known" : nil
    default: return nil
    }
  }

  /// The same, for an error of any type: what is a `ClientError` stays itself.
  static func wrapping(_ error: any Error, as code: Code, file: String = #fileID, line: Int = #line) -> ClientError {
    (error as? ClientError) ?? ClientError(code, cause: error, file: file, line: line)
  }
}
