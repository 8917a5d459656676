// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Postgres

@Suite("The cache of prepared statements", .timeLimit(.minutes(3)))
struct StatementCacheTests {
  @Test("beyond its bound statements are run without being prepared")
  func bound() {
    let cache = StatementCache()
    let sql: StaticString = "SELECT $1"
    for type in 1...UInt32(StatementCache.capacity) {
      guard case .unknown(let name) = cache.look(up: sql, types: [type]) else {
        Issue.record("statement \(type) was not to be prepared")
        return
      }
      cache.insert(sql, types: [type], name: name)
    }
    #expect(isUncachable(cache.look(up: sql, types: [99_999])))
    #expect(isUncachable(cache.look(up: "SELECT 2", types: [])))
    cache.forget(sql)
    #expect(!isUncachable(cache.look(up: "SELECT 2", types: [])))
  }

  private func isUncachable(_ lookup: StatementCache.Lookup) -> Bool {
    if case .uncachable = lookup { true } else { false }
  }
}
