// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Arrays of one dimension. An element that is NULL is an error.
extension PostgresRow {
  /// A `boolean[]`.
  public func boolArray(_ column: some PostgresColumn) throws(PostgresError) -> [Bool] {
    try array(column, of: PostgresType.bool, in: PostgresType.boolArray) { element in
      BinaryDecoder.integer(element, as: UInt8.self).map { $0 != 0 }
    }
  }

  /// A `smallint[]`.
  public func int16Array(_ column: some PostgresColumn) throws(PostgresError) -> [Int16] {
    try array(column, of: PostgresType.int2, in: PostgresType.int2Array) { BinaryDecoder.integer($0, as: Int16.self) }
  }

  /// An `integer[]`.
  public func int32Array(_ column: some PostgresColumn) throws(PostgresError) -> [Int32] {
    try array(column, of: PostgresType.int4, in: PostgresType.int4Array) { BinaryDecoder.integer($0, as: Int32.self) }
  }

  /// A `bigint[]`.
  public func int64Array(_ column: some PostgresColumn) throws(PostgresError) -> [Int64] {
    try array(column, of: PostgresType.int8, in: PostgresType.int8Array) { BinaryDecoder.integer($0, as: Int64.self) }
  }

  /// A `text[]`.
  public func textArray(_ column: some PostgresColumn) throws(PostgresError) -> [String] {
    try array(column, of: PostgresType.text, in: PostgresType.textArray) { String(validating: $0, as: UTF8.self) }
  }

  /// A `bytea[]`.
  public func bytesArray(_ column: some PostgresColumn) throws(PostgresError) -> [[UInt8]] {
    try array(column, of: PostgresType.bytea, in: PostgresType.byteaArray) { Array($0) }
  }

  /// A `uuid[]`: elements of 16 bytes.
  public func uuidArray(_ column: some PostgresColumn) throws(PostgresError) -> [[UInt8]] {
    try array(column, of: PostgresType.uuid, in: PostgresType.uuidArray) { $0.count == 16 ? Array($0) : nil }
  }

  /// A `timestamptz[]`: microseconds since 1970-01-01T00:00:00Z.
  public func timestampMicrosecondsArray(_ column: some PostgresColumn) throws(PostgresError) -> [Int64] {
    try array(column, of: PostgresType.timestamptz, in: PostgresType.timestamptzArray) { element in
      BinaryDecoder.integer(element, as: Int64.self).flatMap { BinaryDecoder.unixMicroseconds($0) }
    }
  }

  private func array<Element>(
    _ column: some PostgresColumn, of elementType: UInt32, in arrayType: UInt32,
    _ decode: (ArraySlice<UInt8>) -> Element?
  ) throws(PostgresError) -> [Element] {
    guard let bytes = try slice(column, of: [arrayType]) else { throw fault("is NULL", column) }
    guard let elements = BinaryDecoder.array(bytes, of: elementType, decode) else {
      throw fault("is not an array of one dimension without NULLs", column)
    }
    return elements
  }
}
