// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension PostgresRow {
  func cell(_ column: some PostgresColumn) throws(PostgresError) -> ResultTable.Cell {
    table.cells[index * table.columnNames.count + (try position(column))]
  }

  /// The bytes of a column after a look at its type; nil for NULL.
  func slice(_ column: some PostgresColumn, of types: [UInt32]) throws(PostgresError) -> ArraySlice<UInt8>? {
    let type = table.columnTypes[try position(column)]
    guard types.contains(type) else { throw fault("has another type (\(type))", column) }
    let cell = try cell(column)
    guard cell.length >= 0 else { return nil }
    return table.bytes[cell.offset..<cell.offset + Int(cell.length)]
  }

  func integer<Value: FixedWidthInteger>(
    _ column: some PostgresColumn, _ type: UInt32, _: Value.Type
  ) throws(PostgresError) -> Value? {
    guard let slice = try slice(column, of: [type]) else { return nil }
    guard let value = BinaryDecoder.integer(slice, as: Value.self) else { throw fault("has another width", column) }
    return value
  }

  func present<Value>(_ value: Value?, _ column: some PostgresColumn) throws(PostgresError) -> Value {
    guard let value else { throw fault("is NULL", column) }
    return value
  }

  /// An error about a column, with the place of the query.
  func fault(_ what: String, _ column: some PostgresColumn) -> PostgresError {
    let position = column.position(in: table.columnNames).map { "\($0)" } ?? "that was asked for"
    return PostgresError(.decoding, "column \(position) \(what)", at: table.site)
  }

  private func position(_ column: some PostgresColumn) throws(PostgresError) -> Int {
    guard let position = column.position(in: table.columnNames) else { throw fault("does not exist", column) }
    return position
  }
}
