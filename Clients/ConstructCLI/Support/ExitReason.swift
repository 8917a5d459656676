// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ConstructClient
import Wire

/// What the process ends with, after sysexits(3).
enum ExitReason: Int32, CaseIterable {
  case success = 0
  case usage = 64
  case dataRefused = 65
  case noProfile = 66
  case nobody = 67
  case unavailable = 69
  case software = 70
  case cannotCreate = 73
  case storeFailed = 74
  case temporary = 75
  case protocolError = 76
  case notPermitted = 77
  case configuration = 78

  var meaning: String {
    switch self {
    case .success: "Done."
    case .usage: "The command line is wrong."
    case .dataRefused: "The name or text is not acceptable, or taken."
    case .noProfile: "There is no such profile, or it has no account."
    case .nobody: "Nobody has this name."
    case .unavailable: "The server cannot be reached or does not answer."
    case .software: "A fault of this program."
    case .cannotCreate: "There is a profile or account already."
    case .storeFailed: "The profile's store cannot be used."
    case .temporary: "Not done yet: it waits in the outbox, or try again."
    case .protocolError: "Client and server do not understand each other."
    case .notPermitted: "Wrong key, removed device, or changed identity."
    case .configuration: "The server's address or certificate is wrong."
    }
  }

  static var table: String {
    allCases.map { "  \($0.rawValue < 10 ? " " : "")\($0.rawValue)  \($0.meaning)" }.joined(separator: "\n")
  }

  init(_ error: ClientError) {
    self =
      switch error.code {
      case .usernameLength, .usernameCharacter, .usernameReserved, .usernameTaken, .textEmpty, .textTooLong,
        .passphraseTooShort:
        .dataRefused
      case .profileMissing, .notRegistered: .noProfile
      case .recipientUnknown, .contactUnknown, .otherServer: .nobody
      case .serverUnreachable, .connectionLost, .timeout: .unavailable
      case .profileExists, .registered: .cannotCreate
      case .storeFailed, .storeDamaged, .storeTooNew: .storeFailed
      case .profileInUse, .tooBusy, .keysUnavailable, .cancelled: .temporary
      case .refused: error.failure?.isRetryable == true ? .temporary : .dataRefused
      case .protocolViolation, .versionUnsupported, .challengeTooHard: .protocolError
      case .wrongKey, .keyFileInvalid, .deviceRemoved, .replaced, .identityChanged, .identityInvalid: .notPermitted
      case .addressInvalid, .certificateInvalid, .wrongServer: .configuration
      default: .software
      }
  }

  init(_ failure: SendFailure) {
    self =
      switch failure {
      case .recipientUnknown: .nobody
      case .identityChanged, .identityInvalid: .notPermitted
      case .tooLarge, .refused: .dataRefused
      case .cryptography: .software
      }
  }
}
