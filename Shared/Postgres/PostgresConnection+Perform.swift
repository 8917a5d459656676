// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension PostgresConnection {
  /// Whether the connection can be lent again as it is.
  var isReusable: Bool { !session.isBroken && link.isAlive && link.isIdle }

  /// Looks at an idle connection before it is lent.
  var isStanding: Bool { !session.isBroken && link.checkStanding() }

  func perform(
    _ sql: StaticString, _ parameters: [PostgresValue], at site: CallSite
  ) throws(PostgresError) -> ServerResult {
    let buffer = try ParameterBuffer(parameters, at: site)
    return try guarded(at: site) { () throws(PostgresError) in
      switch session.statements.look(up: sql, types: buffer.types) {
      case .prepared(let name):
        try link.sendPrepared(name: name, buffer, at: site)
      case .unknown(let name):
        try link.sendPrepare(sql, name: name, types: buffer.types, at: site)
        _ = try lastResult(of: nil, at: site)
        session.statements.insert(sql, types: buffer.types, name: name)
        try link.sendPrepared(name: name, buffer, at: site)
      case .uncachable:
        try link.sendUnprepared(sql, buffer, at: site)
      }
      return try lastResult(of: sql, at: site)
    }
  }

  /// Reads the answer to what was sent up to its end.
  /// - Parameter sql: the statement, to be prepared anew if the server says that its prepared form is out of date.
  /// - Throws: the first failure in it.
  func lastResult(of sql: StaticString?, at site: CallSite) throws(PostgresError) -> ServerResult {
    let deadline = link.deadline()
    try link.flush(until: deadline, at: site)
    var last: ServerResult?
    var failure: PostgresError?
    while let result = try link.nextResult(until: deadline, at: site) {
      if result.isCopy {
        session.isBroken = true
        throw PostgresError(.query, "COPY is not supported", at: site)
      }
      if result.status == .failed && failure == nil { failure = result.error(at: site) }
      last = consume result
    }
    guard link.isAlive else { throw link.lost(at: site) }
    if let failure {
      if let sql { forgetIfOutdated(sql, failure) }
      throw failure
    }
    guard let last else { throw PostgresError(.query, "the statement is empty", at: site) }
    return last
  }

  /// 0A000 comes when a table changed under a prepared statement, 26000 when somebody discarded it.
  func forgetIfOutdated(_ sql: StaticString, _ failure: PostgresError) {
    if failure.sqlState == "0A000" || failure.sqlState == "26000" { session.statements.forget(sql) }
  }

  /// Marks the connection as broken when it was lost under `body`, or leads to a server that has become read-only: the
  /// next one may lead to the primary.
  func guarded<Result: ~Copyable>(
    at site: CallSite, _ body: () throws(PostgresError) -> Result
  ) throws(PostgresError) -> Result {
    guard !session.isBroken else {
      throw PostgresError(.connectionLost, "the connection had broken before", at: site)
    }
    do {
      return try body()
    } catch {
      if error.code == .connectionLost || error.sqlState == "25006" { session.isBroken = true }
      throw error
    }
  }
}
