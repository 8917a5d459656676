// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ServiceKit
import TestSupport
import Testing

@Suite("Migration files", .timeLimit(.minutes(3)))
struct MigrationFileTests {
  private func load(_ names: [String]) throws -> [MigrationFile] {
    let folder = try MigrationFolder(Dictionary(uniqueKeysWithValues: names.map { ($0, "SELECT 1;") }))
    let files = Result { try MigrationFile.load(directory: folder.path) }
    try folder.remove()
    return try files.get()
  }

  @Test("files come in the order of their numbers, and other files are passed over")
  func order() throws {
    let files = try load(["0002-keys.sql", "0001-accounts.sql", "README.md", "0003-late-one.sql"])
    #expect(files.map(\.number) == [1, 2, 3])
    #expect(files.map(\.name) == ["accounts", "keys", "late-one"])
    #expect(files[2].fileName == "0003-late-one.sql")
    #expect(files[0].digest.count == 32)
  }

  @Test(
    "a gap, a repetition and a wrong name are refused",
    arguments: [
      (["0001-a.sql", "0003-c.sql"], MigrationError.Code.gap), (["0002-b.sql"], .gap),
      (["0001-a.sql", "0001-b.sql"], .gap), (["1-a.sql"], .badName), (["0001.sql"], .badName),
      (["0001-.sql"], .badName), (["abcd-a.sql"], .badName), ([], .unreadable),
    ])
  func refused(names: [String], code: MigrationError.Code) {
    let error = #expect(throws: MigrationError.self) { try load(names) }
    #expect(error?.code == code)
  }

  @Test("a folder that is not there is refused")
  func missing() {
    let error = #expect(throws: MigrationError.self) { try MigrationFile.load(directory: "/nonexistent") }
    #expect(error?.code == .unreadable)
  }

  @Test("this build knows exactly the migrations of the repository")
  func expectedVersion() throws {
    let files = try MigrationFile.load(directory: TestEnvironment.current().migrations)
    #expect(Int(Migrator.expectedVersion) == files.count)
  }
}
