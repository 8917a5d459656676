// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import BlockingThread
import CPostgres

/// Owns one connection of libpq: sends statements without blocking and waits for their results up to a deadline.
///
/// It is used by one thread, the one of its ``PostgresSlot``.
@safe struct ServerLink: ~Copyable {
  private let connection: OpaquePointer
  /// How long a result may take altogether; nil if for ever.
  private let patience: Duration?

  /// Takes over a connection that stands.
  init(owning connection: OpaquePointer, patience: Duration?) {
    unsafe self.connection = unsafe connection
    self.patience = patience
  }

  deinit {
    unsafe PQfinish(connection)
  }

  var isAlive: Bool { unsafe PQstatus(connection) == CONNECTION_OK }

  var isInTransaction: Bool {
    let status = unsafe PQtransactionStatus(connection)
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
  }

  var isIdle: Bool { unsafe PQtransactionStatus(connection) == PQTRANS_IDLE }

  /// Looks, without waiting, for news that came while nothing was asked, such as the server's farewell.
  /// - Returns: whether the connection still stands.
  func checkStanding() -> Bool {
    // A farewell and the end of the stream are two reads.
    for _ in 0..<4 {
      let events = SocketWait.wait(
        descriptor: unsafe PQsocket(connection), for: .readable, signal: nil, until: .now)
      if events.isEmpty { return isAlive }
      guard unsafe PQconsumeInput(connection) == 1, isAlive else { return false }
    }
    return isAlive
  }

  func sendPrepare(_ sql: StaticString, name: String, types: [UInt32], at site: CallSite) throws(PostgresError) {
    let text = unsafe UnsafeRawPointer(sql.utf8Start).assumingMemoryBound(to: CChar.self)
    try check(unsafe PQsendPrepare(connection, name, text, Int32(types.count), types), at: site)
  }

  func sendPrepared(name: String, _ parameters: borrowing ParameterBuffer, at site: CallSite) throws(PostgresError) {
    let count = Int32(parameters.count)
    let sent = unsafe parameters.withPointers { values, lengths, formats in
      unsafe PQsendQueryPrepared(connection, name, count, values, lengths, formats, 1)
    }
    try check(sent, at: site)
  }

  func sendUnprepared(
    _ sql: StaticString, _ parameters: borrowing ParameterBuffer, at site: CallSite
  ) throws(PostgresError) {
    let text = unsafe UnsafeRawPointer(sql.utf8Start).assumingMemoryBound(to: CChar.self)
    let count = Int32(parameters.count)
    let types = parameters.types
    let sent = unsafe parameters.withPointers { values, lengths, formats in
      unsafe PQsendQueryParams(connection, text, count, types, values, lengths, formats, 1)
    }
    try check(sent, at: site)
  }

  func sendScript(_ sql: String, at site: CallSite) throws(PostgresError) {
    try check(unsafe PQsendQuery(connection, sql), at: site)
  }

  func enterPipeline(at site: CallSite) throws(PostgresError) {
    try check(unsafe PQenterPipelineMode(connection), at: site)
  }

  func endPipeline(at site: CallSite) throws(PostgresError) {
    try check(unsafe PQpipelineSync(connection), at: site)
  }

  func leavePipeline(at site: CallSite) throws(PostgresError) {
    try check(unsafe PQexitPipelineMode(connection), at: site)
  }

  /// Whether answers of a pipeline may still be on their way.
  var isMidPipeline: Bool { unsafe PQpipelineStatus(connection) != PQ_PIPELINE_OFF }

  func deadline() -> ContinuousClock.Instant? {
    patience.map { .now + $0 }
  }

  /// Sends what libpq has buffered, reading meanwhile so that neither side blocks the other.
  func flush(until deadline: ContinuousClock.Instant?, at site: CallSite) throws(PostgresError) {
    while true {
      switch unsafe PQflush(connection) {
      case 0: return
      case 1: try wait(for: [.readable, .writable], until: deadline, at: site)
      default: throw lost(at: site)
      }
    }
  }

  /// - Returns: nil when the statement has no further results.
  func nextResult(until deadline: ContinuousClock.Instant?, at site: CallSite) throws(PostgresError) -> ServerResult? {
    while unsafe PQisBusy(connection) == 1 {
      try wait(for: .readable, until: deadline, at: site)
    }
    guard let result = unsafe PQgetResult(connection) else { return nil }
    return unsafe ServerResult(owning: result)
  }

  func lost(at site: CallSite) -> PostgresError {
    PostgresError(.connectionLost, "the connection broke under a statement", at: site)
  }

  private func wait(
    for interest: SocketEvents, until deadline: ContinuousClock.Instant?, at site: CallSite
  ) throws(PostgresError) {
    let events = SocketWait.wait(
      descriptor: unsafe PQsocket(connection), for: interest, signal: nil, until: deadline)
    if events.isEmpty { throw PostgresError(.connectionLost, "the server has gone silent", at: site) }
    if events.contains(.readable), unsafe PQconsumeInput(connection) == 0 { throw lost(at: site) }
  }

  private func check(_ accepted: Int32, at site: CallSite) throws(PostgresError) {
    guard accepted == 1 else {
      throw isAlive ? PostgresError(.query, "libpq refused the statement", at: site) : lost(at: site)
    }
  }
}
