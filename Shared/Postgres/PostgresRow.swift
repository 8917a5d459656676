// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// One row of a result.
///
/// Each getter wants the column to have exactly its type. The plain ones throw ``PostgresError/Code/decoding`` for NULL
/// as well; the `optional…` ones return nil for it. Columns are named by position (from 0) or by name.
public struct PostgresRow: Sendable {
  let table: ResultTable
  let index: Int

  /// Whether the column is NULL.
  public func isNull(_ column: some PostgresColumn) throws(PostgresError) -> Bool {
    try cell(column).length < 0
  }

  /// A `boolean`.
  public func bool(_ column: some PostgresColumn) throws(PostgresError) -> Bool {
    try present(optionalBool(column), column)
  }

  public func optionalBool(_ column: some PostgresColumn) throws(PostgresError) -> Bool? {
    try integer(column, PostgresType.bool, UInt8.self).map { $0 != 0 }
  }

  /// A `smallint`.
  public func int16(_ column: some PostgresColumn) throws(PostgresError) -> Int16 {
    try present(optionalInt16(column), column)
  }

  public func optionalInt16(_ column: some PostgresColumn) throws(PostgresError) -> Int16? {
    try integer(column, PostgresType.int2, Int16.self)
  }

  /// An `integer`.
  public func int32(_ column: some PostgresColumn) throws(PostgresError) -> Int32 {
    try present(optionalInt32(column), column)
  }

  public func optionalInt32(_ column: some PostgresColumn) throws(PostgresError) -> Int32? {
    try integer(column, PostgresType.int4, Int32.self)
  }

  /// A `bigint`.
  public func int64(_ column: some PostgresColumn) throws(PostgresError) -> Int64 {
    try present(optionalInt64(column), column)
  }

  public func optionalInt64(_ column: some PostgresColumn) throws(PostgresError) -> Int64? {
    try integer(column, PostgresType.int8, Int64.self)
  }

  /// A `double precision`.
  public func double(_ column: some PostgresColumn) throws(PostgresError) -> Double {
    try present(optionalDouble(column), column)
  }

  public func optionalDouble(_ column: some PostgresColumn) throws(PostgresError) -> Double? {
    try integer(column, PostgresType.float8, UInt64.self).map { Double(bitPattern: $0) }
  }

  /// A `text`, `varchar`, `char(n)` or `name`.
  public func text(_ column: some PostgresColumn) throws(PostgresError) -> String {
    try present(optionalText(column), column)
  }

  public func optionalText(_ column: some PostgresColumn) throws(PostgresError) -> String? {
    let types = [PostgresType.text, PostgresType.varchar, PostgresType.bpchar, PostgresType.name]
    guard let slice = try slice(column, of: types) else { return nil }
    guard let text = String(validating: slice, as: UTF8.self) else { throw fault("is not UTF-8", column) }
    return text
  }

  /// A `bytea`.
  public func bytes(_ column: some PostgresColumn) throws(PostgresError) -> [UInt8] {
    try present(optionalBytes(column), column)
  }

  public func optionalBytes(_ column: some PostgresColumn) throws(PostgresError) -> [UInt8]? {
    try slice(column, of: [PostgresType.bytea]).map { Array($0) }
  }

  /// A `uuid`: 16 bytes.
  public func uuid(_ column: some PostgresColumn) throws(PostgresError) -> [UInt8] {
    try present(optionalUUID(column), column)
  }

  public func optionalUUID(_ column: some PostgresColumn) throws(PostgresError) -> [UInt8]? {
    guard let slice = try slice(column, of: [PostgresType.uuid]) else { return nil }
    guard slice.count == 16 else { throw fault("has another width", column) }
    return Array(slice)
  }

  /// A `timestamptz`: microseconds since 1970-01-01T00:00:00Z. The server's infinities are an error.
  public func timestampMicroseconds(_ column: some PostgresColumn) throws(PostgresError) -> Int64 {
    try present(optionalTimestampMicroseconds(column), column)
  }

  public func optionalTimestampMicroseconds(_ column: some PostgresColumn) throws(PostgresError) -> Int64? {
    guard let sinceEpoch = try integer(column, PostgresType.timestamptz, Int64.self) else { return nil }
    guard let microseconds = BinaryDecoder.unixMicroseconds(sinceEpoch) else {
      throw fault("is a time out of range", column)
    }
    return microseconds
  }
}
