// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ConstructClient
import Wire

/// What a person can do about an error; the second sentence of what is printed.
enum Advice {
  static func text(for error: ClientError, profile: String) -> String? {
    switch error.code {
    case .profileMissing:
      "Make it with 'construct register NAME --server ADDRESS', or name another with --profile."
    case .notRegistered: "Finish it with 'construct register NAME --server ADDRESS'."
    case .profileExists, .registered: "Use another profile: --profile NAME."
    case .profileInUse: "Close the other 'construct' that uses \(profile), or use another profile."
    case .wrongKey: "Check the passphrase, or name the key file with --key-file."
    case .keyFileInvalid: "A key file has 64 hexadecimal digits and mode 600: chmod 600 FILE."
    case .passphraseTooShort: "Choose a longer one."
    case .usernameTaken, .usernameReserved: "Choose another one."
    case .otherServer: "Leave the @ and what follows out for somebody of your own server."
    case .recipientUnknown, .contactUnknown: "Check the spelling; 'construct contacts' lists whom you know."
    case .serverUnreachable, .connectionLost, .timeout:
      "Check the network and the address in 'construct status'; nothing is lost."
    case .certificateInvalid: "If the server has an authority of its own, name its file with --ca-file."
    case .identityChanged:
      "Somebody may stand between you, or the account was made anew. Ask them, then see 'construct verify NAME'."
    case .versionUnsupported, .storeTooNew: "Update construct."
    case .storeDamaged: "Restore the profile's folder from a copy."
    case .refused where error.failure == .rateLimited: "Wait a while."
    case .refused where error.failure == .mailboxFull || error.failure == .senderShareFull:
      "They have to fetch what waits for them first; it is sent as soon as there is room."
    case .addressInvalid: "Give --server an address like wss://chat.example.org or ws://localhost:8443."
    case .textTooLong: "Send it in parts of at most \(MessageLimits.textBytes) bytes."
    default: nil
    }
  }

  static func text(for failure: SendFailure) -> String {
    switch failure {
    case .recipientUnknown: "Nobody has this username."
    case .identityChanged: "The server names another identity for this contact than the one known so far."
    case .identityInvalid: "The keys that the server names for this contact are not signed as they must be."
    case .tooLarge: "It is too large for the server."
    case .cryptography: "The keys could not be used."
    case .refused(let code): ClientError.sentence(for: code)
    }
  }

  static func text(for reason: UnreadableReason) -> String {
    switch reason {
    case .noSession: "this device does not have the session it belongs to"
    case .unknownPreKey: "it was made for a key that this device does not have any more"
    case .notAuthentic: "it is not authentic, or was changed on its way"
    case .malformed: "it is malformed"
    case .identityMismatch: "the sending device is not on its account's list"
    case .identityChanged: "the sender's identity has changed"
    case .senderUnknown: "the sender cannot be identified"
    case .unsupported: "this version of construct does not know what it is; update"
    case .tooFarAhead: "too many messages before it are missing"
    case .keyUsed: "its key was used before: it repeats another message, or came too late"
    }
  }
}
