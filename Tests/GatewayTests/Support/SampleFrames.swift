// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// A well-formed body for every kind of frame that a client sends, and a body for those that servers send.
enum SampleFrames {
  static func frame(_ kind: FrameKind, request: UInt64) -> Frame {
    func make(_ body: some FrameBody) -> Frame { Frame(body, request: request) }
    let account = TestConnection.bob.account
    let bytes = [UInt8](repeating: 7, count: 32)
    let list = SignedDeviceList(payload: bytes, signature: bytes)
    switch kind {
    case .hello: return make(Hello(lowestVersion: 1, highestVersion: 1, client: "test"))
    case .authenticate: return make(Authenticate(accessToken: "token"))
    case .requestRegistration: return make(RequestRegistration())
    case .register:
      return make(
        Register(
          challenge: bytes, nonce: [UInt8](repeating: 0, count: 8), username: "alice", suite: 1, rootIdentityKey: bytes,
          deviceList: list))
    case .requestLogin: return make(RequestLogin(account: account, device: .first))
    case .login: return make(Login(challenge: bytes, account: account, device: .first, signature: bytes))
    case .refreshTokens: return make(RefreshTokens(refreshToken: bytes))
    case .publishDeviceList: return make(PublishDeviceList(deviceList: list))
    case .requestKeyStatus: return make(RequestKeyStatus())
    case .fetchBundles: return make(FetchBundles(account: account, devices: []))
    case .findAccount: return make(FindAccount(username: "bob"))
    case .send: return make(Send.test(1))
    case .acknowledge: return make(Acknowledge(ranges: [SequenceRange(first: 1, last: 2)]))
    case .registerPush: return make(RegisterPush(provider: .apns, token: bytes))
    case .removePush: return make(RemovePush(provider: .apns))
    // The gateway does not look into this one, and what a server sends it does not understand.
    case .uploadKeys, .welcome, .ready, .draining, .failure, .done, .registrationChallenge, .registered,
      .loginChallenge, .tokens, .keyStatus, .bundles, .accountRecord, .accepted, .deliver, .mailboxDrained:
      return Frame(kind: kind.rawValue, request: request, body: [0x80])
    }
  }
}
