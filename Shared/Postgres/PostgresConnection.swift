// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A connection that a ``PostgresPool`` lends for the time of one body, on the connection's own thread.
///
/// Its methods block that thread until the server has answered. Settings of the session and temporary tables outlive
/// the body; a transaction that the body leaves open is rolled back.
public struct PostgresConnection: ~Copyable {
  let link: ServerLink
  let session: Session

  /// What is remembered of a connection beside libpq's part; confined to the connection's thread.
  final class Session {
    let statements = StatementCache()
    /// The connection failed in a way after which it must not be used again.
    var isBroken = false
  }

  init(_ configuration: PostgresConfiguration, at site: CallSite) throws(PostgresError) {
    link = try ServerLink.connect(configuration, at: site)
    session = Session()
  }

  /// Runs a statement and returns its rows.
  ///
  /// The text is prepared once for each connection; `$1`, `$2`… stand for the parameters.
  public func query(
    _ sql: StaticString, _ parameters: PostgresValue..., file: StaticString = #fileID, line: UInt = #line
  ) throws(PostgresError) -> PostgresRows {
    try query(sql, parameters, file: file, line: line)
  }

  /// Runs a statement and returns its rows.
  public func query(
    _ sql: StaticString, _ parameters: [PostgresValue], file: StaticString = #fileID, line: UInt = #line
  ) throws(PostgresError) -> PostgresRows {
    let site = CallSite(file: file, line: line)
    return try perform(sql, parameters, at: site).rows(at: site)
  }

  /// Runs a statement.
  /// - Returns: how many rows it inserted, updated, deleted or found.
  @discardableResult
  public func execute(
    _ sql: StaticString, _ parameters: PostgresValue..., file: StaticString = #fileID, line: UInt = #line
  ) throws(PostgresError) -> Int {
    try execute(sql, parameters, file: file, line: line)
  }

  /// Runs a statement.
  /// - Returns: how many rows it inserted, updated, deleted or found.
  @discardableResult
  public func execute(
    _ sql: StaticString, _ parameters: [PostgresValue], file: StaticString = #fileID, line: UInt = #line
  ) throws(PostgresError) -> Int {
    try perform(sql, parameters, at: CallSite(file: file, line: line)).affectedRows
  }

  /// Runs the statements of a migration file by the simple protocol, as one transaction unless they say otherwise.
  ///
  /// The text comes from the project's own files; nothing is ever pasted into it.
  public func script(
    _ sql: String, file: StaticString = #fileID, line: UInt = #line
  ) throws(PostgresError) {
    let site = CallSite(file: file, line: line)
    try guarded(at: site) { () throws(PostgresError) in
      try link.sendScript(sql, at: site)
      _ = try lastResult(of: nil, at: site)
    }
  }
}
