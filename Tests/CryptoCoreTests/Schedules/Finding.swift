// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

@testable import CryptoCore

/// Something that must not happen, found in a `Schedule`.
struct Finding: Equatable, Sendable, CustomStringConvertible {
  enum Kind: Sendable {
    /// Two plaintexts under one key and nonce.
    case keyUsedTwice
    /// A letter opened and says something else.
    case wrongText
    /// A letter did not open, and nothing that a device has lost explains it.
    case unreadable
    /// A letter opened a second time.
    case readAgain
    /// A changed letter opened.
    case forgeryOpened
    /// A letter that was refused changed the record.
    case changedByRefused
    /// After an exchange that crossed nothing, the two are not in one session.
    case apart
  }

  let kind: Kind
  /// The letter's text, where there is one.
  var letter: String?
  var error: CryptoError?

  var description: String {
    ["\(kind)", letter.map { "\"\($0)\"" }, error.map { "\($0)" }].compactMap(\.self).joined(separator: " ")
  }
}
