// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore

/// A message on its way, as the network of a `Schedule` has it.
struct Letter {
  /// What a message says, as far as recovery goes (docs/protocol.md, section 9.1).
  enum Content: Equatable, Sendable {
    /// A text by its number, and the letters that it was sent in before.
    case text(Int, replacing: [Int])
    /// Letters that are to be sent again.
    case request([Int])

    var plaintext: String { "\(self)" }
  }

  /// The message id: every copy that is sent again has its own.
  let id: Int
  let content: Content
  let message: CiphertextMessage
  /// How often each had lost something when it was sent.
  let lives: [Int]
  /// The same when the session was begun that it is sent in: unless one loses more, it is readable. Nil for a letter whose
  /// sender does not know what has become of the receiver.
  let sessionLives: [Int]?
  /// How many later letters were delivered before it: bounded, so that no chain leaves the receiver's memory.
  var overtaken = 0
}
