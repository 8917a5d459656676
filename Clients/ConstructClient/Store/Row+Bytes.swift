// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

/// Columns as what they should be; a file that has something else there is damaged, which must not stop the process.
extension Row {
  func bytes(_ column: String) throws -> [UInt8] {
    guard let bytes = try optionalBytes(column) else { throw ClientError(.storeDamaged) }
    return bytes
  }

  func optionalBytes(_ column: String) throws -> [UInt8]? {
    let value: DatabaseValue = self[column]
    if value.isNull { return nil }
    guard let data = Data.fromDatabaseValue(value) else { throw ClientError(.storeDamaged) }
    return [UInt8](data)
  }

  func integer(_ column: String) throws -> Int64 {
    guard let number = try optionalInteger(column) else { throw ClientError(.storeDamaged) }
    return number
  }

  func optionalInteger(_ column: String) throws -> Int64? {
    let value: DatabaseValue = self[column]
    if value.isNull { return nil }
    guard let number = Int64.fromDatabaseValue(value) else { throw ClientError(.storeDamaged) }
    return number
  }
}

extension [UInt8] {
  /// The bytes as SQLite takes them.
  var blob: Data { Data(self) }
}
