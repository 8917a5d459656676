// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Code that strangers' bytes come to, and what must hold of it for any input: it returns, and never traps.
package struct FuzzTarget: Sendable {
  package let name: String
  /// Inputs to begin with, valid ones.
  package let seeds: @Sendable () throws -> [[UInt8]]
  /// Throws a `FuzzFinding` if what must hold does not.
  package let run: @Sendable ([UInt8]) throws -> Void

  package static let all: [FuzzTarget] = [
    .messagePack, .wire, .forgedMessages, .rawMessages, .storedSessions, .sealedSender, .senderKeys, .files,
  ]

  package static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// Something that must not be.
package struct FuzzFinding: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

func require(_ holds: Bool, _ description: @autoclosure () -> String) throws(FuzzFinding) {
  guard holds else { throw FuzzFinding(description()) }
}
