// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Testing

@Suite("PostgreSQL arrays", .timeLimit(.minutes(3)))
struct PostgresArrayTests {
  private func roundTrip(
    _ value: PostgresValue, count: Int, _ check: @escaping @Sendable (PostgresRow) throws -> Void
  ) async throws {
    try await TestServer.withPool { pool in
      try await pool.withConnection { connection in
        let row = try connection.query("SELECT $1, cardinality($1)", value)[0]
        #expect(try row.int32(1) == Int32(count))
        try check(row)
      }
    }
  }

  @Test("booleans", arguments: [[], [true], [true, false, true]])
  func bools(_ value: [Bool]) async throws {
    try await roundTrip(.boolArray(value), count: value.count) { row throws in
      #expect(try row.boolArray(0) == value)
    }
  }

  @Test("integers of 16 bits", arguments: [[], [Int16.min, 0, .max]])
  func int16s(_ value: [Int16]) async throws {
    try await roundTrip(.int16Array(value), count: value.count) { row throws in
      #expect(try row.int16Array(0) == value)
    }
  }

  @Test("integers of 32 bits", arguments: [[], [Int32.min, 0, .max]])
  func int32s(_ value: [Int32]) async throws {
    try await roundTrip(.int32Array(value), count: value.count) { row throws in
      #expect(try row.int32Array(0) == value)
    }
  }

  @Test("integers of 64 bits", arguments: [[], [Int64.min, 0, .max]])
  func int64s(_ value: [Int64]) async throws {
    try await roundTrip(.int64Array(value), count: value.count) { row throws in
      #expect(try row.int64Array(0) == value)
    }
  }

  @Test(
    "texts that an array literal would have to escape",
    arguments: [[], [""], ["{a,b}", "\"", "NULL", "\\", "é"]])
  func texts(_ value: [String]) async throws {
    try await roundTrip(.textArray(value), count: value.count) { row throws in
      #expect(try row.textArray(0) == value)
    }
  }

  @Test("byte strings, by their lengths", arguments: [[], [0], [1, 0, 70_000]])
  func byteStrings(_ lengths: [Int]) async throws {
    let value = lengths.map { [UInt8](repeating: 255, count: $0) }
    try await roundTrip(.bytesArray(value), count: value.count) { row throws in
      #expect(try row.bytesArray(0) == value)
    }
  }

  @Test("UUIDs", arguments: [[], [[UInt8](0..<16), [UInt8](repeating: 255, count: 16)]])
  func uuids(_ value: [[UInt8]]) async throws {
    try await roundTrip(.uuidArray(value), count: value.count) { row throws in
      #expect(try row.uuidArray(0) == value)
    }
  }

  @Test("times", arguments: [[], [-1, 0, 1_700_000_000_123_456]])
  func times(_ value: [Int64]) async throws {
    try await roundTrip(.timestampArray(microseconds: value), count: value.count) { row throws in
      #expect(try row.timestampMicrosecondsArray(0) == value)
    }
  }

  @Test("columns of a batch travel as one array each")
  func unnest() async throws {
    try await TestServer.withPool { pool in
      try await pool.withConnection { connection in
        let rows = try connection.query(
          "SELECT a, b FROM unnest($1::bigint[], $2::bytea[]) AS t (a, b) ORDER BY a DESC",
          .int64Array([1, 2, 3]), .bytesArray([[1], [2], [3]]))
        #expect(try rows.map { row in try row.int64("a") } == [3, 2, 1])
        #expect(try rows.map { row in try row.bytes("b") } == [[3], [2], [1]])
      }
    }
  }
}
