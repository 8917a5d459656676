// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The rows that a statement returned, copied out of libpq's memory.
public struct PostgresRows: RandomAccessCollection, Sendable {
  let table: ResultTable

  public var startIndex: Int { 0 }
  public var endIndex: Int { table.rowCount }

  /// The names of the columns, in order.
  public var columnNames: [String] { table.columnNames }

  public subscript(position: Int) -> PostgresRow {
    PostgresRow(table: table, index: position)
  }
}

/// The cells of a result in one piece of memory, shared by its rows.
final class ResultTable: Sendable {
  struct Cell: Sendable {
    let offset: Int
    /// In bytes; negative for NULL.
    let length: Int32
  }

  let rowCount: Int
  let columnNames: [String]
  /// The object identifier of each column's type.
  let columnTypes: [UInt32]
  /// Row after row.
  let cells: [Cell]
  let bytes: [UInt8]
  /// The call of the query.
  let site: CallSite

  init(
    rowCount: Int, columnNames: [String], columnTypes: [UInt32], cells: [Cell], bytes: [UInt8], site: CallSite
  ) {
    self.rowCount = rowCount
    self.columnNames = columnNames
    self.columnTypes = columnTypes
    self.cells = cells
    self.bytes = bytes
    self.site = site
  }
}

/// How a getter of ``PostgresRow`` names its column: by position from 0, or by name.
public protocol PostgresColumn: Sendable {
  /// The position of the column among `names`; nil if there is none.
  func position(in names: [String]) -> Int?
}

extension Int: PostgresColumn {
  public func position(in names: [String]) -> Int? {
    names.indices.contains(self) ? self : nil
  }
}

extension String: PostgresColumn {
  public func position(in names: [String]) -> Int? {
    names.firstIndex(of: self)
  }
}
