// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ScriptedCrypto

/// Code that strangers' bytes come to, and what must hold of it for any input: it returns, and never traps.
///
/// Keys and randomness are always the same, so that an input means the same in every run, and what libFuzzer has learned or
/// somebody has committed is of use to the next one.
package struct FuzzTarget: Sendable {
  package let name: String
  /// Inputs to begin with, by name: valid ones, and such as are nearly valid.
  package let seeds: @Sendable () throws -> [String: [UInt8]]
  /// Throws a `FuzzFinding` if what must hold does not.
  package let run: @Sendable ([UInt8]) throws -> Void

  init(
    name: String, seeds: @escaping @Sendable () throws -> [String: [UInt8]],
    run: @escaping @Sendable ([UInt8]) throws -> Void
  ) {
    self.name = name
    self.seeds = { try scripted(name, seeds) }
    self.run = { bytes in try scripted(name) { try run(bytes) } }
  }

  package static let all: [FuzzTarget] = [
    .messagePack, .wire, .forgedMessages, .rawMessages, .storedSessions, .hostileBraid, .sealedSender, .senderKeys,
    .files,
  ]

  package static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// Runs `body` with randomness that is always the same.
func scripted<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
  try ScriptedProvider.with(.stream(seed: Array("fuzzing, \(name)".utf8)), body).result
}

/// What targets of one kind work with, made once.
func makeStage<Stage>(_ name: String, _ make: () throws -> Stage) -> Stage {
  do {
    return try scripted("stage of \(name)", make)
  } catch {
    preconditionFailure("the stage of the fuzz targets cannot be made: \(error)")
  }
}

/// Something that must not be.
package struct FuzzFinding: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

func require(_ holds: Bool, _ description: @autoclosure () -> String) throws(FuzzFinding) {
  guard holds else { throw FuzzFinding(description()) }
}
