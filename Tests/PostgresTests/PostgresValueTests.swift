// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Testing

@Suite("PostgreSQL values", .timeLimit(.minutes(3)))
struct PostgresValueTests {
  /// Sends one value and hands the row with it to `check`.
  private func roundTrip(
    _ sql: StaticString, _ value: PostgresValue,
    _ check: @escaping @Sendable (PostgresRow) throws -> Void
  ) async throws {
    try await TestServer.withPool { pool in
      try await pool.withConnection { connection in
        let rows = try connection.query(sql, value)
        #expect(rows.count == 1)
        try check(rows[0])
      }
    }
  }

  @Test("booleans", arguments: [true, false])
  func bool(_ value: Bool) async throws {
    try await roundTrip("SELECT $1", .bool(value)) { row throws in #expect(try row.bool(0) == value) }
  }

  @Test("integers of 16 bits", arguments: [Int16.min, -1, 0, 1, .max])
  func int16(_ value: Int16) async throws {
    try await roundTrip("SELECT $1", .int16(value)) { row throws in #expect(try row.int16(0) == value) }
  }

  @Test("integers of 32 bits", arguments: [Int32.min, -1, 0, 1, .max])
  func int32(_ value: Int32) async throws {
    try await roundTrip("SELECT $1", .int32(value)) { row throws in #expect(try row.int32(0) == value) }
  }

  @Test("integers of 64 bits", arguments: [Int64.min, -1, 0, 1, .max])
  func int64(_ value: Int64) async throws {
    try await roundTrip("SELECT $1 AS number", .int64(value)) { row throws in
      #expect(try row.int64(0) == value)
      #expect(try row.int64("number") == value)
    }
  }

  @Test(
    "floating-point numbers",
    arguments: [-0.0, 0.1, .pi, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity])
  func double(_ value: Double) async throws {
    try await roundTrip("SELECT $1", .double(value)) { row throws in
      #expect(try row.double(0).bitPattern == value.bitPattern)
    }
  }

  @Test(
    "texts",
    arguments: [
      "", "a", "'; DROP TABLE thing; --", "żółć 👩‍👩‍👧‍👦 \u{301}",
    ])
  func text(_ value: String) async throws {
    try await roundTrip("SELECT $1", .text(value)) { row throws in
      #expect(try Array(row.text(0).utf8) == Array(value.utf8))
    }
  }

  @Test("byte strings up to a mebibyte", arguments: [0, 1, 255, 1 << 20])
  func bytes(_ count: Int) async throws {
    let value = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try await roundTrip("SELECT $1", .bytes(value)) { row throws in #expect(try row.bytes(0) == value) }
  }

  @Test("UUIDs, which the server reads as it prints them")
  func uuid() async throws {
    let value = [UInt8](0..<16)
    try await roundTrip("SELECT $1, $1::text", .uuid(value)) { row throws in
      #expect(try row.uuid(0) == value)
      #expect(try row.text(1) == "00010203-0405-0607-0809-0a0b0c0d0e0f")
    }
  }

  @Test(
    "times, which the server reads as the same moment",
    arguments: [-1, 0, 946_684_800_000_000, 1_700_000_000_123_456])
  func timestamp(_ value: Int64) async throws {
    try await roundTrip(
      "SELECT $1, (extract(epoch FROM $1) * 1000000)::bigint", .timestamp(microseconds: value)
    ) { row throws in
      #expect(try row.timestampMicroseconds(0) == value)
      #expect(try row.int64(1) == value)
    }
  }

  @Test("NULL is nil to the optional getters and an error to the others")
  func null() async throws {
    try await TestServer.withPool { pool in
      try await pool.withConnection { connection in
        let row = try connection.query(
          """
          SELECT NULL::bool, NULL::int2, NULL::int4, NULL::int8, NULL::float8, NULL::text, NULL::bytea, NULL::uuid,
            NULL::timestamptz, NULL::int8[], $1::int8
          """, .null)[0]
        #expect(try row.optionalBool(0) == nil)
        #expect(try row.optionalInt16(1) == nil)
        #expect(try row.optionalInt32(2) == nil)
        #expect(try row.optionalInt64(3) == nil)
        #expect(try row.optionalDouble(4) == nil)
        #expect(try row.optionalText(5) == nil)
        #expect(try row.optionalBytes(6) == nil)
        #expect(try row.optionalUUID(7) == nil)
        #expect(try row.optionalTimestampMicroseconds(8) == nil)
        #expect(try row.isNull(10))
        let getters: [(PostgresRow) throws -> Any] = [
          { try $0.bool(0) }, { try $0.int16(1) }, { try $0.int32(2) }, { try $0.int64(3) },
          { try $0.double(4) },
          { try $0.text(5) }, { try $0.bytes(6) }, { try $0.uuid(7) },
          { try $0.timestampMicroseconds(8) },
          { try $0.int64Array(9) }, { try $0.int64(10) },
        ]
        for getter in getters {
          let error = #expect(throws: PostgresError.self) { try getter(row) }
          #expect(error?.code == .decoding)
        }
      }
    }
  }

  @Test(
    "a column of another type, an unknown column and an infinite time are errors that name the query's place"
  )
  func mismatch() async throws {
    try await TestServer.withPool { pool in
      try await pool.withConnection { connection in
        let sql: StaticString = "SELECT 1::int4, 'infinity'::timestamptz, '{{1,2}}'::int8[], '{NULL}'::int8[]"
        let line: UInt = #line + 1
        let row = try connection.query(sql)[0]
        let getters: [(PostgresRow) throws -> Any] = [
          { try $0.int64(0) }, { try $0.text(0) }, { try $0.int32(4) }, { try $0.int32(-1) },
          { try $0.int32("x") },
          { try $0.timestampMicroseconds(1) }, { try $0.int64Array(2) }, { try $0.int64Array(3) },
          { try $0.int32Array(2) },
        ]
        for getter in getters {
          let error = #expect(throws: PostgresError.self) { try getter(row) }
          #expect(error?.code == .decoding)
          #expect(error?.line == line)
        }
      }
    }
  }

  @Test("values that cannot be sent are refused before anything is sent")
  func invalid() async throws {
    try await TestServer.withPool { pool in
      try await pool.withConnection { connection throws in
        let values: [PostgresValue] = [
          .uuid([1, 2, 3]), .uuidArray([[UInt8](0..<16), []]), .timestamp(microseconds: .min),
          .timestampArray(microseconds: [0, .min]),
        ]
        for value in values {
          let error = #expect(throws: PostgresError.self) {
            try connection.query("SELECT $1", value)
          }
          #expect(error?.code == .invalidParameter)
        }
        let many = [PostgresValue](repeating: .null, count: 65_536)
        let error = #expect(throws: PostgresError.self) { try connection.query("SELECT 1", many) }
        #expect(error?.code == .invalidParameter)
        #expect(try connection.query("SELECT 1").count == 1)
      }
    }
  }
}
