// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CPostgres

/// Owns one result of libpq. It does not leave the thread of its connection; ``rows()`` copies what may.
@safe struct ServerResult: ~Copyable {
  enum Status {
    case done, rows, pipelineEnd, skipped, failed
  }

  private let result: OpaquePointer

  init(owning result: OpaquePointer) {
    unsafe self.result = unsafe result
  }

  deinit {
    unsafe PQclear(result)
  }

  var status: Status {
    switch unsafe PQresultStatus(result) {
    case PGRES_COMMAND_OK: .done
    case PGRES_TUPLES_OK: .rows
    case PGRES_PIPELINE_SYNC: .pipelineEnd
    case PGRES_PIPELINE_ABORTED: .skipped
    // An empty statement and COPY are not spoken here.
    default: .failed
    }
  }

  /// Whether the server now waits for COPY data, a state from which the connection does not return.
  var isCopy: Bool {
    let status = unsafe PQresultStatus(result)
    return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH
  }

  /// Rows inserted, updated, deleted or returned; 0 for statements that do not count.
  var affectedRows: Int {
    unsafe PQcmdTuples(result).flatMap { unsafe Int(String(cString: $0)) } ?? 0
  }

  /// The server's word for what was done, such as `COMMIT`.
  var commandTag: String {
    unsafe PQcmdStatus(result).map { unsafe String(cString: $0) } ?? ""
  }

  /// - Parameter site: what an error about a column will name as its place.
  func rows(at site: CallSite) -> PostgresRows {
    let rowCount = Int(unsafe PQntuples(result))
    let columns = unsafe 0..<PQnfields(result)
    var names: [String] = []
    var types: [UInt32] = []
    for column in columns {
      names.append(unsafe PQfname(result, column).map { unsafe String(cString: $0) } ?? "")
      types.append(unsafe PQftype(result, column))
    }
    var cells: [ResultTable.Cell] = []
    cells.reserveCapacity(rowCount * columns.count)
    var bytes: [UInt8] = []
    for row in 0..<Int32(rowCount) {
      for column in columns {
        guard unsafe PQgetisnull(result, row, column) == 0, let value = unsafe PQgetvalue(result, row, column) else {
          cells.append(.init(offset: bytes.count, length: -1))
          continue
        }
        let length = unsafe PQgetlength(result, row, column)
        cells.append(.init(offset: bytes.count, length: length))
        unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: value, count: Int(length)))
      }
    }
    return PostgresRows(
      table: ResultTable(
        rowCount: rowCount, columnNames: names, columnTypes: types, cells: cells, bytes: bytes, site: site))
  }

  func error(at site: CallSite) -> PostgresError {
    // The characters by which libpq names a field of an error report (postgres_ext.h).
    let state = field("C")
    return PostgresError(
      state.map { .init(sqlState: $0) } ?? .query, "the server refused the statement", at: site, sqlState: state,
      constraintName: field("n"), serverMessage: field("M"))
  }

  private func field(_ letter: Unicode.Scalar) -> String? {
    unsafe PQresultErrorField(result, Int32(letter.value)).map { unsafe String(cString: $0) }
  }
}
