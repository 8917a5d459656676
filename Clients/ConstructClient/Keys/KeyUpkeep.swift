// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import Logging
import Wire

/// Keeps the device's prekeys at the server in stock while a connection stands.
struct KeyUpkeep: Sendable {
  let link: OnlineLink
  /// Signalled when one-time prekeys were used.
  let wake: WakeSignal
  /// Called when the stock has been looked at for the first time, whatever came of it.
  var firstCheckDone: @Sendable () async -> Void = {}

  /// Runs until it is cancelled or the connection ends.
  func run() async {
    var pauses = RetryPauses.upkeep
    var isFirst = true
    while !Task.isCancelled, link.connection.isActive {
      var pause = PreKeyPolicy.checkInterval
      do throws(ClientError) {
        try await check()
        pauses = RetryPauses.upkeep
      } catch {
        link.logger.warning("prekeys could not be looked after", metadata: ["reason": "\(error.code.name)"])
        pause = pauses.pause(asked: error.retryAfterMilliseconds)
      }
      if isFirst { await firstCheckDone() }
      isFirst = false
      await waitForUse(atMost: pause)
    }
  }

  /// Asks what the server has of each suite, and gives it what is missing.
  ///
  /// Throws `.refused` with `preKeyConflict` if the server goes on naming conflicts, and `.protocolViolation` if it
  /// never has what it was given.
  func check() async throws(ClientError) {
    let suites = try await link.store.read { try $0.account().preKeySuites() }
    for suite in suites { try await check(suite) }
  }

  private func check(_ suite: SuiteID) async throws(ClientError) {
    var uploads = 0
    var conflicts = 0
    while uploads < PreKeyPolicy.uploads {
      let status: KeyStatus = try await link.connection.ask(RequestKeyStatus(suite: suite.number))
      let now = link.clock.now()
      let upload = try await link.store.write { try $0.preKeysToUpload(in: suite, for: status, now: now) }
      if upload.isEmpty { return }
      do throws(ClientError) {
        let _: Done = try await link.connection.ask(upload)
      } catch {
        guard error.failure == .preKeyConflict, conflicts < PreKeyPolicy.conflicts else { throw error }
        link.logger.notice("prekeys have ids that were used before: the store may have been put back from a copy")
        try await link.store.write { [conflicts] in try $0.replaceConflicting(upload, conflicts: conflicts) }
        conflicts += 1
        continue
      }
      uploads += 1
      try await link.store.write { transaction in
        try transaction.markUploaded(.oneTime, ids: upload.oneTimePreKeys.map(\.id))
        try transaction.markUploaded(.signed, ids: upload.signedPreKey.map { [$0.id] } ?? [])
        try transaction.markUploaded(.lastResort, ids: upload.lastResortPreKey.map { [$0.id] } ?? [])
      }
    }
    throw ClientError(.protocolViolation)
  }

  private func waitForUse(atMost pause: Duration) async {
    let clock = link.clock
    await withTaskGroup { group in
      group.addTask { await wake.wait() }
      group.addTask { do { try await clock.sleep(pause) } catch {} }
      await group.next()
      group.cancelAll()
    }
  }
}
