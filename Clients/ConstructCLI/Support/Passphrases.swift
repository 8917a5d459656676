// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ConstructClient
import CryptoCore
import Foundation

/// Where passphrases come from: a file, or a person at a terminal.
enum Passphrases {
  /// The first line of a file.
  static func read(_ path: String) throws -> SecretBytes {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure(.configuration, "The passphrase file cannot be read.", "Check the path and its permissions.")
    }
    return SecretBytes(copying: Array(data.prefix { $0 != 0x0A && $0 != 0x0D }))
  }

  /// Asks at the terminal, without showing what is typed; twice for a new one.
  static func ask(isNew: Bool) throws -> SecretBytes {
    guard let terminal = Terminal.controlling() else {
      throw CommandFailure(
        .usage, "A passphrase is needed, and there is no terminal to ask at.",
        "Use --passphrase-file or --key-file.")
    }
    let passphrase = try terminal.readSecret(prompt: isNew ? "New passphrase: " : "Passphrase: ")
    if isNew {
      guard passphrase.count >= ProfileKey.minimumPassphraseBytes else { throw ClientErrorFor.shortPassphrase }
      let again = try terminal.readSecret(prompt: "The same again: ")
      guard passphrase == again else {
        throw CommandFailure(.dataRefused, "The two are not the same.", "Try again.")
      }
    }
    guard !passphrase.isEmpty else {
      throw CommandFailure(
        .usage, "No passphrase was given.", "Type the one that the profile was made with, or use --passphrase-file.")
    }
    return SecretBytes(copying: passphrase)
  }
}

enum ClientErrorFor {
  static var shortPassphrase: CommandFailure {
    CommandFailure(
      .dataRefused, "A passphrase has at least \(ProfileKey.minimumPassphraseBytes) characters.",
      "Choose a longer one.")
  }
}

/// Why a command ends that is not the SDK's word.
struct CommandFailure: Error {
  let status: ExitReason
  let message: String
  let advice: String?

  init(_ status: ExitReason, _ message: String, _ advice: String? = nil) {
    self.status = status
    self.message = message
    self.advice = advice
  }
}
