// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ServiceKit
import Wire

/// Answers `RequestRegistration` and `Register`.
struct RegistrationHandler: Sendable {
  /// Time for the proof of work on a slow phone, and for a person who thinks of another name.
  static let challengeLifetimeMilliseconds: UInt64 = 600_000

  let authenticator: ChallengeAuthenticator
  let difficulty: UInt8
  let store: PostgresAccountStore
  let limits: AuthRateLimits
  let clock: WallClock

  func challenge(_: RequestRegistration, _ origin: RequestOrigin) async throws -> RegistrationChallenge {
    try await limits.takeChallenge(origin)
    let account = AccountID.random()
    let challenge = Challenge(
      purpose: .registration, account: account, device: .first, difficulty: difficulty,
      expiry: clock.milliseconds() + Self.challengeLifetimeMilliseconds,
      identifier: .random(count: Challenge.identifierBytes))
    return RegistrationChallenge(
      challenge: authenticator.seal(challenge), difficulty: UInt32(difficulty), account: account,
      expiry: challenge.expiry)
  }

  /// A registration that was stored before is answered as it was then, however late it is repeated.
  func register(_ request: Register, _ origin: RequestOrigin) async throws -> Registered {
    let unverified = UnverifiedRegistration(request)
    let challenge = try unverified.workedChallenge(by: authenticator)
    // Before what is dear to check: one proof of work would serve any number of bad keys and signatures otherwise.
    try await limits.takeRegistration(origin)
    let registration = try unverified.verified(for: challenge)
    if registration.challenge.isExpired(at: clock.milliseconds()) {
      guard try await store.contains(registration) else { throw Failure(.challengeExpired) }
    } else {
      try await store.insert(registration)
    }
    return Registered(account: registration.account, username: registration.username.text)
  }
}

extension AccountID {
  /// A version 4 UUID.
  static func random() -> AccountID { AccountID(versioned: .random()) }

  private init(versioned raw: Identifier128) { self = AccountID(random: raw.bytes) ?? AccountID(raw) }
}
