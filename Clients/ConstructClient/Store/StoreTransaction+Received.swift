// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Wire

/// The sequence numbers that have been received, as ranges: one, as long as nothing expired at the server.
extension StoreTransaction {
  func hasReceived(_ sequence: Int64) throws -> Bool {
    try Bool.fetchOne(
      database, sql: "SELECT EXISTS (SELECT 1 FROM received WHERE first <= ? AND last >= ?)",
      arguments: [sequence, sequence]) ?? false
  }

  /// Notes a number and joins the ranges it touches. Of more ranges than an acknowledgement may have, the lowest go:
  /// what they stood for was acknowledged long ago, and messages have ids, too.
  func markReceived(_ sequence: Int64) throws {
    let touching = try Row.fetchAll(
      database, sql: "SELECT first, last FROM received WHERE first <= ? AND last >= ?",
      arguments: [sequence + 1, sequence - 1])
    var first = sequence
    var last = sequence
    for row in touching {
      first = min(first, try row.integer("first"))
      last = max(last, try row.integer("last"))
      try database.execute(sql: "DELETE FROM received WHERE first = ?", arguments: [try row.integer("first")])
    }
    try database.execute(sql: "INSERT INTO received (first, last) VALUES (?, ?)", arguments: [first, last])
    try database.execute(
      sql: """
        DELETE FROM received WHERE first NOT IN (SELECT first FROM received ORDER BY first DESC LIMIT ?)
        """, arguments: [WireLimits.acknowledgementRanges])
  }

  /// All ranges, ascending: what a connection begins by acknowledging again.
  func receivedRanges() throws -> [SequenceRange] {
    try Row.fetchAll(database, sql: "SELECT first, last FROM received ORDER BY first").map { row in
      SequenceRange(
        first: UInt64(truncatingIfNeeded: try row.integer("first")),
        last: UInt64(truncatingIfNeeded: try row.integer("last")))
    }
  }
}
