// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation

/// One migration: `0001-accounts.sql` is number 1, `accounts`.
///
/// A file is never changed once it has been released; what comes later is another file.
public struct MigrationFile: Sendable, Equatable {
  /// From 1, without gaps.
  public let number: Int32
  public let name: String
  public let sql: String
  /// SHA-256 of the file.
  public let digest: [UInt8]

  init(fileName: String, contents: Data) throws(MigrationError) {
    let parts = fileName.dropLast(4).split(separator: "-", maxSplits: 1)
    guard fileName.hasSuffix(".sql"), parts.count == 2, parts[0].count == 4, let number = Int32(parts[0]), number > 0,
      !parts[1].isEmpty
    else { throw MigrationError(.badName, "\(fileName): a migration is called NNNN-name.sql, counted from 0001") }
    guard let sql = String(data: contents, encoding: .utf8) else {
      throw MigrationError(.unreadable, "\(fileName) is not UTF-8")
    }
    self.number = number
    name = String(parts[1])
    self.sql = sql
    digest = Array(SHA256.hash(data: contents))
  }

  public var fileName: String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "-" + name + ".sql"
  }

  /// All migrations of a folder, in order.
  /// - Throws: ``MigrationError`` `.unreadable`, `.badName`, `.gap`.
  public static func load(directory: String) throws(MigrationError) -> [MigrationFile] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".sql") }.sorted()
    } catch {
      throw MigrationError(.unreadable, "the folder \(directory) cannot be read")
    }
    var files: [MigrationFile] = []
    for name in names {
      guard let contents = FileManager.default.contents(atPath: directory + "/" + name) else {
        throw MigrationError(.unreadable, "\(name) cannot be read")
      }
      let file = try MigrationFile(fileName: name, contents: contents)
      guard file.number == files.count + 1 else {
        throw MigrationError(.gap, "\(name): the migration after \(files.count) must have number \(files.count + 1)")
      }
      files.append(file)
    }
    guard !files.isEmpty else { throw MigrationError(.unreadable, "the folder \(directory) has no migrations") }
    return files
  }
}
