// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// What the gateway does with a client's frame.
enum FrameRoute: Equatable, Sendable {
  /// The connection itself answers.
  case hello, authenticate
  /// To the recipient's partition, or to that of the device itself.
  case send, acknowledge
  /// To a service, which answers.
  case service(ServiceQueue, ServiceAccess)

  /// Nil for a kind that only servers send.
  init?(_ kind: FrameKind) {
    switch kind {
    case .hello: self = .hello
    case .authenticate: self = .authenticate
    case .send: self = .send
    case .acknowledge: self = .acknowledge
    case .requestRegistration, .requestLogin: self = .service(.auth, .anybody(bodyBytes: 256))
    case .refreshTokens: self = .service(.auth, .anybody(bodyBytes: 1_024))
    // A signature of suite 3 has 4.7 KB.
    case .login: self = .service(.auth, .anybody(bodyBytes: 8_192))
    // Three keys and a signature, 12 KB in suite 3.
    case .register: self = .service(.auth, .anybody(bodyBytes: 16_384))
    case .publishDeviceList: self = .service(.auth, .devices)
    case .uploadKeys, .requestKeyStatus, .fetchBundles, .findAccount: self = .service(.keys, .devices)
    case .registerPush, .removePush: self = .service(.push, .devices)
    case .welcome, .ready, .draining, .failure, .done, .registrationChallenge, .registered, .loginChallenge, .tokens,
      .keyStatus, .bundles, .accountRecord, .accepted, .deliver, .mailboxDrained:
      return nil
    }
  }
}

/// Who may ask a service for something.
enum ServiceAccess: Equatable, Sendable {
  /// It leads to authentication, so it needs none; and it is no longer than such a request has to be.
  case anybody(bodyBytes: Int)
  case devices
}
