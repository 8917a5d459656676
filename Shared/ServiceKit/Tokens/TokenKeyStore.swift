// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Logging
public import Postgres
public import ServiceLifecycle
import Synchronization
public import Wire

/// Verifies access tokens by the public keys of the table `token_keys`, which it keeps in memory.
///
/// Run it as a service: it reads the keys at once and then every ``refreshInterval``. A token with an unknown `kid`
/// makes it read them again, a few times at once and then once in ``refreshPause``. While PostgreSQL is away it goes on with the keys it has.
public final class TokenKeyStore: Service {
  public static let defaultRefreshInterval = Duration.seconds(30)
  public static let defaultRefreshPause = Duration.seconds(2)

  public let refreshInterval: Duration
  public let refreshPause: Duration
  private let issuer: String
  private let postgres: PostgresPool
  private let clock: WallClock
  private let logger: Logger
  private let gate: RefreshGate
  private let state = Mutex(State())

  private struct State {
    /// Nil until the keys have been read once.
    var verifier: AccessTokenVerifier?
    /// The last reading failed: there may be keys that are not known here.
    var isOutdated = true
  }

  /// Registers the readiness check `token-keys`: the keys have been read once.
  public convenience init(context: ServiceContext) {
    self.init(postgres: context.postgres, issuer: context.domain, clock: context.clock, logger: context.logger)
    context.health.register("token-keys") { [self] in isLoaded }
  }

  /// - Parameter issuer: the server's domain.
  public init(
    postgres: PostgresPool, issuer: String, clock: WallClock = .system, logger: Logger,
    refreshInterval: Duration = defaultRefreshInterval, refreshPause: Duration = defaultRefreshPause
  ) {
    self.postgres = postgres
    self.issuer = issuer
    self.clock = clock
    self.logger = logger
    self.refreshInterval = refreshInterval
    self.refreshPause = refreshPause
    gate = RefreshGate(pause: refreshPause)
  }

  public var isLoaded: Bool { state.withLock { $0.verifier != nil } }

  public func run() async throws {
    try await untilShutdown {
      while true {
        do {
          try await self.refresh()
          try await Task.sleep(for: self.refreshInterval)
        } catch let error as PostgresError {
          self.logger.warning("the token keys cannot be read", metadata: ["error": "\(error)"])
          try await Task.sleep(for: min(.seconds(2), self.refreshInterval))
        }
      }
    }
  }

  /// Reads the keys now.
  public func refresh() async throws {
    try await gate.run(evenIfRecent: true) { try await self.load() }
  }

  /// The token's content, if it is one of this server that has not expired.
  ///
  /// Looks nothing up but the keys in memory, except for a `kid` that is not among them.
  /// - Throws: ``Failure`` `.tokenInvalid`, `.tokenExpired`; `.unavailable` for a token whose key may be one that cannot
  ///   be read now.
  public func verify(_ token: String) async throws(Failure) -> AccessToken {
    do { return try await attempt(token) } catch {
      guard error == .unknownKey else { throw failure(for: error) }
    }
    do {
      try await gate.run(evenIfRecent: false) { try await self.load() }
    } catch {
      logger.warning("the token keys cannot be read", metadata: ["error": "\(error)"])
      throw RequestFailure.unavailable
    }
    do { return try await attempt(token) } catch { throw failure(for: error) }
  }

  private func attempt(_ token: String) async throws(AccessTokenVerifier.Rejection) -> AccessToken {
    guard let verifier = state.withLock({ $0.verifier }) else { throw .unknownKey }
    return try await verifier.verify(token, now: clock.milliseconds())
  }

  private func load() async throws {
    do {
      let keys = try await TokenKey.load(from: postgres, logger: logger)
      let verifier = await AccessTokenVerifier(issuer: issuer, keys: keys)
      state.withLock { $0 = State(verifier: verifier, isOutdated: false) }
    } catch {
      state.withLock { $0.isOutdated = true }
      throw error
    }
  }

  private func failure(for rejection: AccessTokenVerifier.Rejection) -> Failure {
    switch rejection {
    case .expired: Failure(.tokenExpired)
    case .unknownKey where state.withLock({ $0.isOutdated }): RequestFailure.unavailable
    case .unknownKey, .malformed, .signature, .claims: Failure(.tokenInvalid)
    }
  }
}
