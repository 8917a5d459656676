// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A parameter of a statement, sent in PostgreSQL's binary format with its type.
public enum PostgresValue: Sendable, Equatable {
  /// NULL of whatever type the statement expects there.
  case null
  case bool(Bool)
  /// `smallint`
  case int16(Int16)
  /// `integer`
  case int32(Int32)
  /// `bigint`
  case int64(Int64)
  /// `double precision`
  case double(Double)
  /// `text`. The server refuses the character U+0000.
  case text(String)
  /// `bytea`
  case bytes([UInt8])
  /// `uuid`: exactly 16 bytes.
  case uuid([UInt8])
  /// `timestamptz`: microseconds since 1970-01-01T00:00:00Z.
  case timestamp(microseconds: Int64)

  /// `boolean[]`
  case boolArray([Bool])
  /// `smallint[]`
  case int16Array([Int16])
  /// `integer[]`
  case int32Array([Int32])
  /// `bigint[]`
  case int64Array([Int64])
  /// `text[]`
  case textArray([String])
  /// `bytea[]`
  case bytesArray([[UInt8]])
  /// `uuid[]`: elements of exactly 16 bytes.
  case uuidArray([[UInt8]])
  /// `timestamptz[]`: microseconds since 1970-01-01T00:00:00Z.
  case timestampArray(microseconds: [Int64])

  /// The value, or NULL for nil: `.optional(name) { .text($0) }`.
  public static func optional<Wrapped>(_ wrapped: Wrapped?, _ value: (Wrapped) -> PostgresValue) -> PostgresValue {
    wrapped.map(value) ?? .null
  }

  /// The type's object identifier; nil for ``null``, whose type the server works out.
  var type: UInt32? {
    switch self {
    case .null: nil
    case .bool: PostgresType.bool
    case .int16: PostgresType.int2
    case .int32: PostgresType.int4
    case .int64: PostgresType.int8
    case .double: PostgresType.float8
    case .text: PostgresType.text
    case .bytes: PostgresType.bytea
    case .uuid: PostgresType.uuid
    case .timestamp: PostgresType.timestamptz
    case .boolArray: PostgresType.boolArray
    case .int16Array: PostgresType.int2Array
    case .int32Array: PostgresType.int4Array
    case .int64Array: PostgresType.int8Array
    case .textArray: PostgresType.textArray
    case .bytesArray: PostgresType.byteaArray
    case .uuidArray: PostgresType.uuidArray
    case .timestampArray: PostgresType.timestamptzArray
    }
  }
}
