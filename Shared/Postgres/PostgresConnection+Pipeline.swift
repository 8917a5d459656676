// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A statement with its parameters, for ``PostgresConnection/pipeline(_:file:line:)``.
public struct PostgresStatement: Sendable {
  let sql: StaticString
  let parameters: [PostgresValue]

  public init(_ sql: StaticString, _ parameters: PostgresValue...) {
    self.init(sql, parameters)
  }

  public init(_ sql: StaticString, _ parameters: [PostgresValue]) {
    self.sql = sql
    self.parameters = parameters
  }
}

/// What one statement of a pipeline gave.
public struct PostgresOutcome: Sendable {
  public let rows: PostgresRows
  /// How many rows the statement inserted, updated, deleted or found.
  public let affectedRows: Int
}

extension PostgresConnection {
  /// Runs several statements in one round trip, in order.
  ///
  /// Outside of a transaction they are one transaction by themselves. Statements must not be BEGIN, COMMIT or ROLLBACK.
  /// - Returns: one outcome for each statement.
  /// - Throws: the first failure. The statements after it were not run, and those before it are undone with the
  ///   transaction.
  public func pipeline(
    _ statements: [PostgresStatement], file: StaticString = #fileID, line: UInt = #line
  ) throws(PostgresError) -> [PostgresOutcome] {
    let site = CallSite(file: file, line: line)
    var buffers: [ParameterBuffer] = []
    for statement in statements { buffers.append(try ParameterBuffer(statement.parameters, at: site)) }
    if statements.isEmpty { return [] }
    return try guarded(at: site) { () throws(PostgresError) in
      try link.enterPipeline(at: site)
      var steps: [PipelineStep] = []
      do throws(PostgresError) {
        for (statement, buffer) in zip(statements, buffers) {
          try send(statement.sql, buffer, steps: &steps, at: site)
        }
        try link.endPipeline(at: site)
        let outcomes = try receive(steps, at: site)
        try link.leavePipeline(at: site)
        return try outcomes.get()
      } catch {
        // Anything but the end of the pipeline leaves answers behind that nobody could tell apart.
        if link.isMidPipeline { session.isBroken = true }
        throw error
      }
    }
  }

  private func send(
    _ sql: StaticString, _ buffer: ParameterBuffer, steps: inout [PipelineStep], at site: CallSite
  ) throws(PostgresError) {
    let underway = steps.first { $0.prepares(sql, types: buffer.types) }?.name
    if let underway {
      try link.sendPrepared(name: underway, buffer, at: site)
    } else {
      switch session.statements.look(up: sql, types: buffer.types) {
      case .prepared(let name):
        try link.sendPrepared(name: name, buffer, at: site)
      case .unknown(let name):
        try link.sendPrepare(sql, name: name, types: buffer.types, at: site)
        steps.append(.prepare(sql, types: buffer.types, name: name))
        try link.sendPrepared(name: name, buffer, at: site)
      case .uncachable:
        try link.sendUnprepared(sql, buffer, at: site)
      }
    }
    steps.append(.run(sql))
  }

  /// Reads one answer for each step and then the end of the pipeline.
  private func receive(
    _ steps: [PipelineStep], at site: CallSite
  ) throws(PostgresError) -> Result<[PostgresOutcome], PostgresError> {
    let deadline = link.deadline()
    try link.flush(until: deadline, at: site)
    var outcomes: [PostgresOutcome] = []
    var failure: PostgresError?
    for step in steps {
      // Each answer is followed by an end mark of its own.
      while let result = try link.nextResult(until: deadline, at: site) {
        switch (result.status, step) {
        case (.failed, .run(let sql)):
          if result.isCopy { throw PostgresError(.query, "COPY is not supported", at: site) }
          let error = result.error(at: site)
          forgetIfOutdated(sql, error)
          failure = failure ?? error
        case (.failed, .prepare):
          failure = failure ?? result.error(at: site)
        case (.skipped, _): break
        case (_, .prepare(let sql, let types, let name)):
          session.statements.insert(sql, types: types, name: name)
        case (_, .run):
          outcomes.append(PostgresOutcome(rows: result.rows(at: site), affectedRows: result.affectedRows))
        }
      }
      guard link.isAlive else { throw link.lost(at: site) }
    }
    guard let end = try link.nextResult(until: deadline, at: site), end.status == .pipelineEnd else {
      throw link.lost(at: site)
    }
    if let failure { return .failure(failure) }
    return .success(outcomes)
  }
}

/// What was sent, and so what the next answer is about.
private enum PipelineStep {
  case prepare(StaticString, types: [UInt32], name: String)
  case run(StaticString)

  var name: String? {
    if case .prepare(_, _, let name) = self { name } else { nil }
  }

  func prepares(_ sql: StaticString, types: [UInt32]) -> Bool {
    guard case .prepare(let prepared, let preparedTypes, _) = self, prepared.hasPointerRepresentation,
      sql.hasPointerRepresentation
    else { return false }
    return unsafe prepared.utf8Start == sql.utf8Start && preparedTypes == types
  }
}
