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
/// makes it read them again, at most once in ``refreshPause``. While PostgreSQL is away it goes on with the keys it has.
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
  private let verifier = Mutex<AccessTokenVerifier?>(nil)

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

  public var isLoaded: Bool { verifier.withLock { $0 != nil } }

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
    _ = try await gate.run(evenIfRecent: true) { try await self.load() }
  }

  /// The token's content, if it is one of this server that has not expired.
  ///
  /// Looks nothing up but the keys in memory, except for a `kid` that is not among them.
  /// - Throws: ``Failure`` `.tokenInvalid`, `.tokenExpired`; `.unavailable` while the keys have not been read yet.
  public func verify(_ token: String) async throws(Failure) -> AccessToken {
    if !isLoaded { try await reload() }
    do {
      return try await attempt(token)
    } catch {
      guard error == .unknownKey else { throw Self.failure(for: error) }
    }
    try await reload()
    do { return try await attempt(token) } catch { throw Self.failure(for: error) }
  }

  private func attempt(_ token: String) async throws(AccessTokenVerifier.Rejection) -> AccessToken {
    guard let verifier = verifier.withLock({ $0 }) else { throw .unknownKey }
    return try await verifier.verify(token, now: clock.milliseconds())
  }

  private func reload() async throws(Failure) {
    do {
      _ = try await gate.run(evenIfRecent: false) { try await self.load() }
    } catch {
      logger.warning("the token keys cannot be read", metadata: ["error": "\(error)"])
      throw Failure(.unavailable, retryAfterMilliseconds: 1_000)
    }
    guard isLoaded else { throw Failure(.unavailable, retryAfterMilliseconds: 1_000) }
  }

  private func load() async throws {
    let fresh = await AccessTokenVerifier(
      issuer: issuer, keys: try await TokenKey.load(from: postgres, logger: logger))
    verifier.withLock { $0 = fresh }
  }

  private static func failure(for rejection: AccessTokenVerifier.Rejection) -> Failure {
    Failure(rejection == .expired ? .tokenExpired : .tokenInvalid)
  }
}
