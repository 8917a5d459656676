// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Wire

/// What the parts that work over one authenticated connection share.
struct OnlineLink: Sendable {
  let connection: GatewayConnection
  let store: LocalStore
  let events: EventHub
  let clock: ClientClock
  let logger: Logger

  /// Asks the server for an account, checks the answer, and takes it in.
  ///
  /// Throws `.refused` with the server's code, `.identityInvalid` for a record that fails a check, `.identityChanged`
  /// for another root key than the pinned one, which is noted at the contact and told as an event.
  @discardableResult
  func lookUp(_ question: VerifiedAccount.Question) async throws(ClientError) -> ContactRow {
    let request =
      switch question {
      case .username(let name): FindAccount(username: name)
      case .account(let account): FindAccount(account: account)
      }
    let record: AccountRecord = try await connection.ask(request)
    let verified: VerifiedAccount
    do throws(IdentityProblem) { verified = try VerifiedAccount(record, answering: question) } catch {
      logger.warning("an account record fails a check", metadata: ["check": "\(error.rawValue)"])
      throw ClientError(.identityInvalid, cause: error)
    }
    return try await takeIn(verified)
  }

  /// Fetches the own account's device list if the server has said, with the tokens, that there is a newer one: the
  /// next message is copied to a device that was linked elsewhere, and to none that was removed.
  ///
  /// Throws what ends the connection. A list that fails a check is not taken over, and the rest goes on.
  func refreshOwnDevices() async throws(ClientError) {
    let behind = try await store.read { transaction -> AccountID? in
      let newest = try transaction.profile(.tokens, as: Tokens.self)?.deviceListNumber ?? 0
      let known = try transaction.deviceList(of: ContactRow.own)?.list.number ?? 0
      return newest > known ? try transaction.account().account : nil
    }
    guard let behind else { return }
    do throws(ClientError) { try await lookUp(.account(behind)) } catch {
      switch error.code {
      case .storeFailed, .storeDamaged, .cancelled, .connectionLost, .protocolViolation: throw error
      default: logger.warning("the own device list was not refreshed", metadata: ["reason": "\(error.code.name)"])
      }
    }
  }

  private func takeIn(_ account: VerifiedAccount) async throws(ClientError) -> ContactRow {
    // A refusal is an outcome of the transaction, not its failure: the note about it must be kept.
    let outcome = try await store.write { transaction -> Result<ContactRow, IdentityProblem> in
      do {
        var row = try transaction.allOrNothing { try transaction.learn(account) }
        if row.record.refusedRootIdentityKey != nil {
          row.record.refusedRootIdentityKey = nil
          try transaction.update(row)
        }
        return .success(row)
      } catch let problem as IdentityProblem {
        if problem == .rootChanged, let row = try transaction.contact(of: account.account) {
          try transaction.refuseIdentity(row.id, rootIdentityKey: account.rootIdentityKey)
        }
        return .failure(problem)
      }
    }
    switch outcome {
    case .success(let row): return row
    case .failure(.rootChanged):
      let contact = try await store.read { transaction in
        try transaction.contact(of: account.account).map { try transaction.published($0) }
      }
      if let contact { events.tell(.identityChanged(contact)) }
      throw ClientError(.identityChanged, cause: IdentityProblem.rootChanged)
    case .failure(let problem):
      logger.warning("an account record fails a check", metadata: ["check": "\(problem.rawValue)"])
      throw ClientError(.identityInvalid, cause: problem)
    }
  }
}

extension ClientError {
  /// Whether the same can succeed later without anybody doing anything.
  var isRetryable: Bool {
    switch code {
    case .refused: failure?.isRetryable ?? false
    case .timeout, .tooBusy, .connectionLost, .serverUnreachable, .keysUnavailable: true
    default: false
    }
  }

  /// With `.refused`: when the server said to try again.
  var retryAfterMilliseconds: UInt64? { (cause as? Failure)?.retryAfterMilliseconds }
}
