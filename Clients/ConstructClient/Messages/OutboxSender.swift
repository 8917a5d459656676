// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import Logging
import Wire

/// Sends the outbox over one connection.
///
/// One message of a recipient is under way at a time, so that a refused one cannot be overtaken by the next; different
/// recipients do not wait for each other. A message that cannot be sent now is tried again, with growing pauses and
/// always with the same ciphertexts, until the server has accepted or finally refused it.
actor OutboxSender {
  /// Device lists that may turn out stale in a row before there is a pause.
  static let staleListsInARow = 4

  private let link: OnlineLink
  private let wake: WakeSignal
  /// Called when everything that waited at the beginning was sent, given up or delayed.
  private let firstPassDone: @Sendable () async -> Void
  private var busy: Set<Int64> = []
  /// Recipients whose message could not be sent at its first attempt.
  private var delayedOnce: Set<Int64> = []
  /// The store failed: there is no point in going on.
  private var failure: ClientError?

  init(link: OnlineLink, wake: WakeSignal, firstPassDone: @escaping @Sendable () async -> Void = {}) {
    self.link = link
    self.wake = wake
    self.firstPassDone = firstPassDone
  }

  /// Runs until it is cancelled or the connection ends. Throws when the store fails.
  func run() async throws(ClientError) {
    let unread = await withDiscardingTaskGroup(returning: ClientError?.self) { group -> ClientError? in
      let last: (row: Int64, message: Int64)
      var isFirstPassDone = false
      do throws(ClientError) { last = try await link.store.read { try $0.lastInOutbox() } } catch { return error }
      while !Task.isCancelled, failure == nil, link.connection.isActive {
        do throws(ClientError) {
          let heads = try await link.store.read { try $0.outboxHeads() }
          if !isFirstPassDone, heads.allSatisfy({ $0.id > last.row || delayedOnce.contains($0.recipient) }),
            try await hasTriedAll(upTo: last)
          {
            isFirstPassDone = true
            await firstPassDone()
          }
          for head in heads where busy.insert(head.recipient).inserted {
            group.addTask { await self.finished(head.recipient, await self.send(head)) }
          }
        } catch {
          group.cancelAll()
          return error
        }
        await wake.wait()
      }
      group.cancelAll()
      return nil
    }
    if let failure = unread ?? failure { throw failure }
  }

  private func hasTriedAll(upTo last: (row: Int64, message: Int64)) async throws(ClientError) -> Bool {
    try await link.store.read { try $0.recipients(upTo: last) }.isSubset(of: delayedOnce)
  }

  private func hasDelayed(_ recipient: Int64) {
    if delayedOnce.insert(recipient).inserted { wake.signal() }
  }

  private func finished(_ recipient: Int64, _ failure: ClientError?) {
    busy.remove(recipient)
    if let failure { self.failure = failure }
    wake.signal()
  }

  /// Tries until the row is gone or the connection is; answers with an error only if the store failed.
  private nonisolated func send(_ row: OutboxRow) async -> ClientError? {
    var pauses = RetryPauses.request
    var keyPauses = RetryPauses.missingKeys
    var staleLists = 0
    while !Task.isCancelled, link.connection.isActive {
      do throws(ClientError) {
        try await OutboxAttempt(link: link, row: row).run()
        return nil
      } catch {
        switch error.code {
        case .storeFailed, .storeDamaged: return error
        case .cancelled, .connectionLost, .protocolViolation: return nil
        default: break
        }
        if let code = error.failure, [.notAuthenticated, .tokenExpired, .tokenInvalid, .deviceUnknown].contains(code) {
          // The message is innocent: the connection has to be made anew.
          await link.connection.close()
          return nil
        }
        if error.failure == .staleDeviceList, staleLists < Self.staleListsInARow {
          staleLists += 1
          continue
        }
        let pause =
          error.code == .keysUnavailable ? keyPauses.pause() : pauses.pause(asked: error.retryAfterMilliseconds)
        await delayed(row, error)
        await hasDelayed(row.recipient)
        do { try await link.clock.sleep(pause) } catch { return nil }
      }
    }
    return nil
  }

  private nonisolated func delayed(_ row: OutboxRow, _ error: ClientError) async {
    link.logger.info("a message waits", metadata: ["reason": "\(error.failure?.name ?? error.code.name)"])
    guard let id = row.purpose.shownMessage else { return }
    do throws(ClientError) {
      let message = try await link.store.read { transaction in
        let message = try transaction.message(id)
        return message.message(contact: try transaction.contact(message.contact).record.name)
      }
      link.events.tell(.delayed(message, error))
    } catch {
      link.logger.warning("the store cannot be read", metadata: ["reason": "\(error.code.name)"])
    }
  }
}

/// One attempt to bring one row of the outbox to the server.
struct OutboxAttempt: Sendable {
  let link: OnlineLink
  let row: OutboxRow

  /// Returns when the row has left the outbox; throws what to wait for, or why there is nothing more to do here.
  func run() async throws(ClientError) {
    let frame: Send
    do throws(ClientError) {
      guard let prepared = try await prepare() else { return }
      frame = prepared
    } catch {
      guard let reason = SendFailure(error) else { throw error }
      return try await giveUp(reason)
    }
    let accepted: Accepted
    do throws(RequestError) { accepted = try await link.connection.request(frame) } catch {
      guard case .refused(let failure) = error else {
        if case .tooLarge = error { return try await giveUp(.tooLarge) }
        throw error.clientError
      }
      return try await refused(failure)
    }
    try await complete(accepted)
  }

  /// What to send; nil if there is nothing to send after all.
  private func prepare() async throws(ClientError) -> Send? {
    var bundles: [DeviceID: BundleRecord] = [:]
    var opensSession = true
    // Account, then bundles, then perhaps a list that turned out newer, and its new devices' bundles.
    for _ in 0..<6 {
      switch try await encrypt(bundles, opensSession: opensSession) {
      case .frame(let frame):
        let limit = link.connection.welcome.maximumCiphertextBytes
        guard frame.envelopes.allSatisfy({ $0.ciphertext.count <= limit }) else { throw ClientError(.textTooLong) }
        return frame
      case .gone: return nil
      case .nothingToSend:
        try await complete(Accepted(message: MessageID(Identifier128(high: 0, low: 0)), acceptedAt: link.clock.now()))
        return nil
      case .needsAccount(let question): try await link.lookUp(question)
      case .needsBundles(let account, let devices, let listNumber):
        do throws(ClientError) {
          for (suite, devices) in devices {
            bundles.merge(try await fetchBundles(account, devices, suite, listNumber)) { _, new in new }
          }
        } catch {
          // A request holds nothing up: without a new session it goes in the one that there is, or not at all.
          guard case .request = row.purpose, error.code == .refused || error.code == .keysUnavailable else {
            throw error
          }
          guard opensSession else {
            try await giveUp(.cryptography)
            return nil
          }
          opensSession = false
        }
      }
    }
    throw ClientError(.keysUnavailable)
  }

  private func encrypt(
    _ bundles: [DeviceID: BundleRecord], opensSession: Bool
  ) async throws(ClientError) -> EncryptionOutcome {
    let now = link.clock.now()
    let id = row.id
    return try await link.store.write { transaction in
      do { return try transaction.encrypt(id, bundles: bundles, opensSession: opensSession, now: now) } catch let error
        as CryptoError
      {
        let isBundle = error == .invalidSignature || error == .invalidKeyLength
        throw ClientError(isBundle ? .identityInvalid : .cryptography, cause: error)
      }
    }
  }

  private func fetchBundles(
    _ account: AccountID, _ devices: [DeviceID], _ suite: SuiteID, _ listNumber: UInt64
  ) async throws(ClientError) -> [DeviceID: BundleRecord] {
    let answer: Bundles = try await link.connection.ask(
      FetchBundles(account: account, devices: devices, suite: suite.number))
    guard answer.account == account else { throw ClientError(.identityInvalid) }
    if answer.deviceListNumber > listNumber { try await link.lookUp(.account(account)) }
    var bundles: [DeviceID: BundleRecord] = [:]
    for record in answer.bundles { bundles[record.device] = record }
    let isComplete = devices.allSatisfy { bundles[$0] != nil }
    guard isComplete || answer.deviceListNumber > listNumber else { throw ClientError(.keysUnavailable) }
    return bundles
  }

  private func complete(_ accepted: Accepted) async throws(ClientError) {
    let row = row
    let outcome = try await link.store.write { transaction in
      let changed = try transaction.completed(row, acceptedAt: accepted.acceptedAt)
      return try RowOutcome(changed, of: row, in: transaction)
    }
    if let message = outcome.changed { link.events.tell(.accepted(message)) }
    if outcome.isSettled { link.events.tell(.settled(outcome.message)) }
  }

  private func refused(_ failure: Failure) async throws(ClientError) {
    let error = ClientError(.refused, failure: failure.code, cause: failure)
    switch failure.code {
    case .staleDeviceList:
      let (recipient, id) = try await link.store.read { try ($0.contact(row.recipient), row.id) }
      guard let account = recipient.record.account else { throw error }
      do throws(ClientError) { try await link.lookUp(.account(account)) } catch {
        guard let reason = SendFailure(error) else { throw error }
        return try await giveUp(reason)
      }
      try await link.store.write { try $0.clearFrame(of: id) }
      throw error
    default:
      guard let reason = SendFailure(error) else { throw error }
      try await giveUp(reason)
    }
  }

  private func giveUp(_ reason: SendFailure) async throws(ClientError) {
    let row = row
    let outcome = try await link.store.write { transaction in
      let changed = try transaction.gaveUp(row, reason)
      return try RowOutcome(changed, of: row, in: transaction)
    }
    if let message = outcome.changed { link.events.tell(.failed(message)) }
    if outcome.isSettled { link.events.tell(.settled(outcome.message)) }
  }
}

/// What is to be told when a row has left the outbox.
private struct RowOutcome: Sendable {
  /// The message of the row, if the person sees it.
  let message: Message?
  /// The message, if its state has changed.
  let changed: Message?
  /// Nothing of it waits any more.
  let isSettled: Bool

  init(_ changed: MessageRow?, of row: OutboxRow, in transaction: StoreTransaction) throws {
    guard let id = row.purpose.shownMessage else {
      (message, self.changed, isSettled) = (nil, nil, true)
      return
    }
    let shown = try transaction.message(id)
    message = shown.message(contact: try transaction.contact(shown.contact).record.name)
    self.changed = changed == nil ? nil : message
    isSettled = try !transaction.isWaiting(message: id)
  }
}

extension SendFailure {
  /// Nil for what may pass by itself, and for what is not the message's fault.
  init?(_ error: ClientError) {
    switch error.code {
    case .identityChanged: self = .identityChanged
    case .identityInvalid: self = .identityInvalid
    case .recipientUnknown: self = .recipientUnknown
    case .textTooLong: self = .tooLarge
    case .cryptography: self = .cryptography
    case .refused:
      guard let code = error.failure, !error.isRetryable else { return nil }
      switch code {
      case .accountUnknown, .recipientUnknown: self = .recipientUnknown
      case .messageTooLarge, .frameTooLarge: self = .tooLarge
      case .notAuthenticated, .tokenExpired, .tokenInvalid, .deviceUnknown: return nil
      default: self = .refused(code)
      }
    default: return nil
    }
  }
}
