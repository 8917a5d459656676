// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import Logging
import Wire

/// Makes a greeted connection an authenticated one: with the access token while it lasts, else with the refresh token,
/// else by the device's key.
struct Login: Sendable {
  /// A token that ends within this time is not used any more: the clocks of two machines differ.
  static let margin: UInt64 = 30_000

  let connection: GatewayConnection
  let store: LocalStore
  let clock: ClientClock
  let logger: Logger
  /// The server's clock minus this machine's, in milliseconds, from `Welcome`.
  let clockOffset: Int64

  init(connection: GatewayConnection, store: LocalStore, clock: ClientClock, logger: Logger) {
    self.connection = connection
    self.store = store
    self.clock = clock
    self.logger = logger
    clockOffset = Int64(clamping: connection.welcome.serverTime) - Int64(clamping: clock.now())
  }

  /// Milliseconds since the Unix epoch by the server's clock.
  var serverTime: UInt64 {
    // A server may claim any time.
    let (time, isTooLarge) = Int64(clamping: clock.now()).addingReportingOverflow(clockOffset)
    return isTooLarge ? UInt64(Int64.max) : UInt64(clamping: time)
  }

  /// Authenticates. What was not acknowledged comes again from the server.
  ///
  /// Throws `.notRegistered`, `.wrongServer`, `.deviceRemoved`, or what the connection throws.
  func authenticate() async throws(ClientError) -> Ready {
    let account = try await store.read { try $0.account() }
    guard connection.welcome.domain == account.domain else { throw ClientError(.wrongServer) }
    var tokens = try await currentTokens(account)
    for isLastAttempt in [false, true] {
      do throws(ClientError) {
        let ready: Ready = try await connection.ask(Authenticate(accessToken: tokens.accessToken))
        guard ready.account == account.account, ready.device == account.device else {
          throw ClientError(.protocolViolation)
        }
        return ready
      } catch {
        guard !isLastAttempt, let code = error.failure,
          [.tokenInvalid, .tokenExpired, .sessionRevoked].contains(code)
        else { throw error }
        logger.info("the access token was refused; logging in with the device key")
        tokens = try await loginWithDeviceKey(account)
      }
    }
    throw ClientError(.protocolViolation)
  }

  /// Extends an authenticated connection before its token ends; the new expiry.
  func renew() async throws(ClientError) -> Ready {
    let account = try await store.read { try $0.account() }
    try await forgetAccessToken()
    let tokens = try await currentTokens(account)
    return try await connection.ask(Authenticate(accessToken: tokens.accessToken))
  }

  private func currentTokens(_ account: StoredAccount) async throws(ClientError) -> Tokens {
    guard let tokens = try await store.read({ try $0.profile(.tokens, as: Tokens.self) }) else {
      return try await loginWithDeviceKey(account)
    }
    if tokens.accessExpiry > serverTime + Self.margin { return tokens }
    guard tokens.refreshExpiry > serverTime + Self.margin else { return try await loginWithDeviceKey(account) }
    do throws(ClientError) {
      return try await save(try await connection.ask(RefreshTokens(refreshToken: tokens.refreshToken)))
    } catch {
      // The family may be revoked, or an answer with the next token was lost: the device key always works.
      guard error.code == .refused, !error.isRetryable else { throw error }
      return try await loginWithDeviceKey(account)
    }
  }

  func loginWithDeviceKey(_ account: StoredAccount) async throws(ClientError) -> Tokens {
    do throws(ClientError) {
      let challenge: LoginChallenge = try await connection.ask(
        RequestLogin(account: account.account, device: account.device))
      let statement = LoginStatement(
        domain: account.domain, challenge: challenge.challenge, account: account.account, device: account.device)
      let keys = try await store.read { try $0.ownKeys() }
      let signature: [UInt8]
      do throws(CryptoError) { signature = try keys.sign(statement) } catch {
        throw ClientError(.cryptography, cause: error)
      }
      let tokens: Tokens = try await connection.ask(
        Wire.Login(
          challenge: challenge.challenge, account: account.account, device: account.device, signature: signature))
      return try await save(tokens)
    } catch {
      // The server does not tell an unknown device from a wrong signature, and ours is never wrong.
      guard let code = error.failure, [.deviceUnknown, .accountUnknown, .signatureInvalid].contains(code) else {
        throw error
      }
      throw ClientError(.deviceRemoved, failure: code)
    }
  }

  private func save(_ tokens: Tokens) async throws(ClientError) -> Tokens {
    try await store.write { try $0.setProfile(.tokens, tokens) }
    return tokens
  }

  private func forgetAccessToken() async throws(ClientError) {
    try await store.write { transaction in
      guard var tokens = try transaction.profile(.tokens, as: Tokens.self) else { return }
      tokens.accessExpiry = 0
      try transaction.setProfile(.tokens, tokens)
    }
  }
}
