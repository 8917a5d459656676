// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A folder with migration files for one test.
struct MigrationFolder: ~Copyable {
  let path: String

  init(_ files: [String: String]) throws {
    path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path(percentEncoded: false)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, sql) in files { try write(name, sql) }
  }

  func write(_ name: String, _ sql: String) throws {
    try sql.write(toFile: path + "/" + name, atomically: true, encoding: .utf8)
  }

  func remove() throws {
    try FileManager.default.removeItem(atPath: path)
  }
}
