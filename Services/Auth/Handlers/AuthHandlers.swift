// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ServiceKit
import Wire

/// What answers each kind of request.
struct AuthHandlers: Sendable {
  let registration: RegistrationHandler
  let login: LoginHandler
  let refresh: RefreshHandler
  let deviceList: DeviceListHandler

  init(
    context: ServiceContext, configuration: AuthConfiguration, keys: AuthKeys, ring: TokenKeyRing,
    announcer: AccountChangeAnnouncer
  ) {
    let authenticator = ChallengeAuthenticator(key: keys.challenge)
    let accounts = PostgresAccountStore(postgres: context.postgres)
    let sessions = PostgresSessionStore(
      postgres: context.postgres, lifetimeSeconds: configuration.refreshLifetimeSeconds, successorKey: keys.refresh)
    let issuer = TokenIssuer(
      ring: ring, domain: context.domain, accessLifetimeSeconds: configuration.accessLifetimeSeconds,
      clock: context.clock)
    let limits = AuthRateLimits(
      limiter: RateLimiter(redis: context.redis), registrations: configuration.registrationRate,
      logins: configuration.loginRate)
    registration = RegistrationHandler(
      authenticator: authenticator, difficulty: configuration.registrationDifficulty, store: accounts, limits: limits,
      clock: context.clock)
    login = LoginHandler(
      authenticator: authenticator, domain: context.domain, accounts: accounts, sessions: sessions, issuer: issuer,
      limits: limits, clock: context.clock)
    refresh = RefreshHandler(sessions: sessions, issuer: issuer, limits: limits)
    deviceList = DeviceListHandler(store: accounts, announcer: announcer, limits: limits)
  }

  func server(_ context: ServiceContext) -> RequestServer {
    var server = RequestServer(context: context, queue: StreamName.authQueue, group: "auth")
    server.on(RequestRegistration.self, registration.challenge)
    server.on(Register.self, registration.register)
    server.on(RequestLogin.self, login.challenge)
    server.on(Login.self, login.login)
    server.on(RefreshTokens.self, refresh.refresh)
    server.on(PublishDeviceList.self, deviceList.publish)
    return server
  }
}
