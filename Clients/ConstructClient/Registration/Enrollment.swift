// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import Logging
import NativeCrypto
import Wire

/// Registers an account over a greeted connection: proof of work, keys, the first signed device list.
///
/// The request stands in the store before it is sent. If its answer is lost, the next attempt sends the very same
/// request, which the server answers as if it were the first; so nobody loses a name to a broken connection.
struct Enrollment: Sendable {
  let connection: GatewayConnection
  let store: LocalStore
  let clock: ClientClock
  let logger: Logger

  /// Registers `username` with keys of a suite; the store has the account when it returns.
  func register(_ username: Username, suite: SuiteID) async throws(ClientError) {
    if let pending = try await store.read({ try $0.profile(.registration, as: StoredRegistration.self) }) {
      let isSame = pending.request.username == username.text && pending.request.suite == suite.number
      if isSame, pending.domain == connection.welcome.domain {
        if try await resume(pending) { return }
      }
    }
    do throws(ClientError) { try await send(try await prepare(username, suite)) } catch {
      // The proof of work may have taken longer than the challenge lived.
      guard error.failure == .challengeExpired else { throw error }
      try await send(try await prepare(username, suite))
    }
  }

  /// False if the pending registration has not taken effect and cannot any more.
  private func resume(_ pending: StoredRegistration) async throws(ClientError) -> Bool {
    do throws(ClientError) {
      try await send(pending)
      return true
    } catch {
      guard let failure = error.failure, !failure.isRetryable else { throw error }
      logger.info("a registration that was begun before has lapsed")
      return false
    }
  }

  private func prepare(_ username: Username, _ suite: SuiteID) async throws(ClientError) -> StoredRegistration {
    let challenge: RegistrationChallenge = try await connection.ask(RequestRegistration())
    let nonce = try await ProofOfWork.solve(challenge: challenge.challenge, difficulty: challenge.difficulty)
    let new: NewRegistration
    do throws(CryptoError) {
      new = try registration(of: username, challenge, nonce, in: ClientSuites.type(of: suite))
    } catch {
      throw ClientError(.cryptography, cause: error)
    }
    try await store.write { transaction in
      try transaction.setProfile(.registration, new.pending)
      try transaction.setSecret(.deviceKey, new.deviceKey)
      try transaction.setSecret(.rootKey, new.rootKey)
    }
    return new.pending
  }

  private struct NewRegistration: Sendable {
    let pending: StoredRegistration
    let deviceKey: SecretBytes
    let rootKey: SecretBytes
  }

  private func registration<Suite: CipherSuite>(
    of username: Username, _ challenge: RegistrationChallenge, _ nonce: [UInt8], in _: Suite.Type
  ) throws(CryptoError) -> NewRegistration {
    let root = try RootIdentityKeyPair<Suite>()
    let identity = try DeviceIdentityKeyPair<Suite>()
    let suite = Suite.id.number
    let list = DeviceList(
      account: challenge.account, number: 1, issuedAt: clock.now(),
      devices: [
        DeviceEntry(
          device: .first, suite: suite, signingKey: identity.publicKey.signing,
          agreementKey: identity.publicKey.agreement)
      ])
    let payload = list.encoded()
    let request = Register(
      challenge: challenge.challenge, nonce: nonce, username: username.text, suite: suite,
      rootIdentityKey: root.publicKey.bytes,
      deviceList: SignedDeviceList(payload: payload, signature: try root.signDeviceList(payload: payload)))
    let domain = connection.welcome.domain
    let account = StoredAccount(
      account: challenge.account, device: .first, username: username.text, domain: domain, suite: suite)
    return NewRegistration(
      pending: StoredRegistration(domain: domain, request: request, account: account),
      deviceKey: identity.serialized(), rootKey: root.serialized())
  }

  private func send(_ pending: StoredRegistration) async throws(ClientError) {
    do throws(ClientError) {
      let answer: Registered = try await connection.ask(pending.request)
      guard answer.account == pending.account.account else { throw ClientError(.protocolViolation) }
      try await finish(pending, username: answer.username)
    } catch {
      // A definite refusal: nothing of it has taken effect, and nothing will.
      if let failure = error.failure, !failure.isRetryable {
        try await store.write { try $0.forgetRegistration() }
      }
      switch error.failure {
      case .usernameTaken: throw ClientError(.usernameTaken, failure: error.failure, cause: error)
      case .usernameReserved: throw ClientError(.usernameReserved, failure: error.failure, cause: error)
      default: throw error
      }
    }
  }

  private func finish(_ pending: StoredRegistration, username: String) async throws(ClientError) {
    try await store.write { transaction in
      var account = pending.account
      account.username = username
      try transaction.setProfile(.account, account)
      try transaction.removeProfile(.registration)
      var own = StoredContact(name: username, username: username, account: account.account)
      own.suite = account.suite
      own.rootIdentityKey = pending.request.rootIdentityKey
      try transaction.addOwnContact(own)
      let list = try VerifiedDeviceList(
        pending.request.deviceList, of: account.account, suite: account.suite,
        rootIdentityKey: pending.request.rootIdentityKey)
      try transaction.saveDeviceList(list, of: ContactRow.own)
    }
  }
}
