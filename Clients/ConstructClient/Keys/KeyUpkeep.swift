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
    var pauses = RetryPauses(first: .seconds(5), longest: .seconds(900))
    var isFirst = true
    while !Task.isCancelled, link.connection.isActive {
      var pause = PreKeyPolicy.checkInterval
      do throws(ClientError) {
        try await check()
        pauses = RetryPauses(first: .seconds(5), longest: .seconds(900))
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
  func check() async throws(ClientError) {
    let suites = try await link.store.read { try $0.account().preKeySuites() }
    for suite in suites { try await check(suite) }
  }

  /// A full stock of a hybrid suite takes several uploads.
  private func check(_ suite: SuiteID) async throws(ClientError) {
    for _ in 0..<8 {
      let status: KeyStatus = try await link.connection.ask(RequestKeyStatus(suite: suite.number))
      let now = link.clock.now()
      let upload = try await link.store.write { try $0.preKeysToUpload(in: suite, for: status, now: now) }
      if upload.isEmpty { return }
      do throws(ClientError) {
        let _: Done = try await link.connection.ask(upload)
      } catch {
        guard error.failure == .preKeyConflict else { throw error }
        // A store that was put back from a copy counts ids that were used before; these keys were never given out.
        try await link.store.write { transaction in
          for key in upload.oneTimePreKeys { try transaction.deletePreKey(.oneTime, id: key.id) }
        }
        continue
      }
      try await link.store.write { transaction in
        try transaction.markUploaded(.oneTime, ids: upload.oneTimePreKeys.map(\.id))
        try transaction.markUploaded(.signed, ids: upload.signedPreKey.map { [$0.id] } ?? [])
        try transaction.markUploaded(.lastResort, ids: upload.lastResortPreKey.map { [$0.id] } ?? [])
      }
    }
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
