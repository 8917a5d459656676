// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CPostgres

extension ServerLink {
  /// Connects, and sets the limits of the session.
  /// - Throws: `.unavailable` if the server cannot be reached or refuses the session, `.invalidConfiguration` if the
  ///   connection string cannot be read.
  static func connect(_ configuration: PostgresConfiguration, at site: CallSite) throws(PostgresError) -> ServerLink {
    try validate(configuration.connectionString, at: site)
    let limit = configuration.statementTimeoutMilliseconds
    let patience: Duration? = limit > 0 ? .milliseconds(limit) + .seconds(5) : nil
    // `dbname` is expanded as a connection string; what follows overrides it.
    let settings = [
      ("dbname", configuration.connectionString),
      ("connect_timeout", String(max(2, configuration.connectTimeoutSeconds))),
      ("application_name", configuration.applicationName),
      ("client_encoding", "UTF8"),
      // A peer that vanished without a word is noticed although libpq waits for it.
      ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
    ]
    let connection = unsafe withCStrings(settings.map(\.0)) { keywords in
      unsafe withCStrings(settings.map(\.1)) { values in unsafe PQconnectdbParams(keywords, values, 1) }
    }
    guard let connection = unsafe connection else {
      throw PostgresError(.unavailable, "libpq is out of memory", at: site)
    }
    let link = unsafe ServerLink(owning: connection, patience: patience)
    guard link.isAlive else {
      // Of a failed attempt libpq tells host, port and user; not the password.
      let message = unsafe PQerrorMessage(connection).map { unsafe String(cString: $0) }
      throw PostgresError(.unavailable, "no connection to the server", at: site, serverMessage: message)
    }
    // Notices would go to the standard error stream, with whatever they quote.
    unsafe PQsetNoticeReceiver(connection, { _, _ in }, nil)
    guard unsafe PQsetnonblocking(connection, 1) == 0 else {
      throw PostgresError(.unavailable, "the connection cannot be made non-blocking", at: site)
    }
    do {
      try link.setStatementTimeout(milliseconds: max(0, limit), at: site)
    } catch {
      throw PostgresError(
        .unavailable, "the server refused the session", at: site, sqlState: error.sqlState,
        serverMessage: error.serverMessage)
    }
    return link
  }

  private func setStatementTimeout(milliseconds: Int, at site: CallSite) throws(PostgresError) {
    let parameters = try ParameterBuffer([.text(String(milliseconds))], at: site)
    try sendUnprepared("SELECT set_config('statement_timeout', $1, false)", parameters, at: site)
    let deadline = deadline()
    try flush(until: deadline, at: site)
    var failure: PostgresError?
    while let result = try nextResult(until: deadline, at: site) {
      if result.status == .failed { failure = result.error(at: site) }
    }
    if let failure { throw failure }
  }

  /// Keeps the words of libpq's parser out of sight: they quote the string, and with it perhaps the password.
  private static func validate(_ connectionString: String, at site: CallSite) throws(PostgresError) {
    guard let options = unsafe PQconninfoParse(connectionString, nil) else {
      throw PostgresError(.invalidConfiguration, "the connection string cannot be read", at: site)
    }
    unsafe PQconninfoFree(options)
  }

  /// Lends a NULL-terminated array of C strings.
  private static func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
  ) -> Result {
    var bytes: [CChar] = []
    var offsets: [Int] = []
    for string in strings {
      offsets.append(bytes.count)
      bytes.append(contentsOf: string.utf8CString)
    }
    return unsafe bytes.withUnsafeBufferPointer { memory in
      var pointers = unsafe offsets.map { offset in unsafe memory.baseAddress.map { unsafe $0 + offset } }
      unsafe pointers.append(nil)
      return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
    }
  }
}
