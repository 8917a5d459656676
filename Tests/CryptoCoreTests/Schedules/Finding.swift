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
    /// A text was shown a second time.
    case shownAgain
    /// A changed letter opened.
    case forgeryOpened
    /// A letter that was refused changed the record.
    case changedByRefused
    /// A text arrived, could not be read and was not sent again, though nothing stood in the way.
    case missing
    /// A text was sent again more than twice.
    case sentTooOften
    /// Requests and answers go on and on.
    case endless
    /// After an exchange that crossed nothing, the two are not in one session.
    case apart
  }

  let kind: Kind
  /// What it was found in, where there is something.
  var content: Letter.Content?
  var error: CryptoError?

  var description: String {
    ["\(kind)", content.map { "\($0)" }, error.map { "\($0)" }].compactMap(\.self).joined(separator: " ")
  }
}
