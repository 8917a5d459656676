// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// What the gateway does with a client's frame.
enum FrameRoute: Equatable, Sendable {
  /// The connection itself answers.
  case hello, authenticate
  /// To the recipient's partition, or to that of the device itself.
  case send, acknowledge
  /// To a service, which answers; some need no authentication, since they lead to it.
  case service(ServiceQueue, needsAuthentication: Bool)

  /// Nil for a kind that only servers send.
  init?(_ kind: FrameKind) {
    switch kind {
    case .hello: self = .hello
    case .authenticate: self = .authenticate
    case .send: self = .send
    case .acknowledge: self = .acknowledge
    case .requestRegistration, .register, .requestLogin, .login, .refreshTokens:
      self = .service(.auth, needsAuthentication: false)
    case .publishDeviceList: self = .service(.auth, needsAuthentication: true)
    case .uploadKeys, .requestKeyStatus, .fetchBundles, .findAccount:
      self = .service(.keys, needsAuthentication: true)
    case .registerPush, .removePush: self = .service(.push, needsAuthentication: true)
    case .welcome, .ready, .draining, .failure, .done, .registrationChallenge, .registered, .loginChallenge, .tokens,
      .keyStatus, .bundles, .accountRecord, .accepted, .deliver, .mailboxDrained:
      return nil
    }
  }
}
