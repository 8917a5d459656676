// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ConstructClient
import CryptoCore
import NativeCrypto
import Wire

/// An account of one device that the load tool has registered. Of suite 1, since no message of a load is encrypted.
struct LoadAccount: Sendable {
  let id: AccountID
  private let identity: DeviceIdentityKeyPair<NativeClassicSuite>

  init(id: AccountID, key: [UInt8]) throws {
    self.id = id
    identity = try DeviceIdentityKeyPair(serialized: SecretBytes(copying: key))
  }

  /// The device's private keys, for the stock's file.
  var key: [UInt8] { identity.serialized().exposed() }

  /// Registers an account of a random name.
  static func register(over connection: LoadConnection) async throws -> LoadAccount {
    let challenge: RegistrationChallenge = try await connection.ask(RequestRegistration())
    let nonce = try await ProofOfWork.solve(
      challenge: challenge.challenge, difficulty: challenge.difficulty)
    let root = try RootIdentityKeyPair<NativeClassicSuite>()
    let identity = try DeviceIdentityKeyPair<NativeClassicSuite>()
    let suite = UInt64(NativeClassicSuite.id.rawValue)
    let list = DeviceList(
      account: challenge.account, number: 1, issuedAt: connection.welcome.serverTime,
      devices: [
        DeviceEntry(
          device: .first, suite: suite, signingKey: identity.publicKey.signing,
          agreementKey: identity.publicKey.agreement)
      ])
    let payload = list.encoded()
    let name = "load" + (try NativeCryptoProvider.randomBytes(count: 8)).map { String($0 % 10) }.joined()
    let _: Registered = try await connection.ask(
      Register(
        challenge: challenge.challenge, nonce: nonce, username: name, suite: suite,
        rootIdentityKey: root.publicKey.bytes,
        deviceList: SignedDeviceList(payload: payload, signature: try root.signDeviceList(payload: payload))))
    return try LoadAccount(id: challenge.account, key: identity.serialized().exposed())
  }

  /// Logs in with the device's key and authenticates the connection.
  func authenticate(_ connection: LoadConnection) async throws {
    let challenge: LoginChallenge = try await connection.ask(RequestLogin(account: id, device: .first))
    let statement = LoginStatement(
      domain: connection.welcome.domain, challenge: challenge.challenge, account: id, device: .first)
    let tokens: Tokens = try await connection.ask(
      Login(
        challenge: challenge.challenge, account: id, device: .first,
        signature: try identity.signLogin(payload: statement.encoded())))
    let _: Ready = try await connection.ask(Authenticate(accessToken: tokens.accessToken))
  }
}
