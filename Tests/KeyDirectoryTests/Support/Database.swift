// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import TestSupport

extension TestStack {
  /// The one number that a statement returns.
  func count(_ sql: StaticString, _ parameters: PostgresValue...) async throws -> Int {
    try await postgres.withConnection { connection in
      guard let row = try connection.query(sql, parameters).first else { throw TestSupportError("no row") }
      return Int(try row.int64(0))
    }
  }

  func execute(_ sql: StaticString, _ parameters: PostgresValue...) async throws {
    _ = try await postgres.withConnection { try $0.execute(sql, parameters) }
  }

}
