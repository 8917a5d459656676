// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Postgres
import ServiceKit
import ServiceLifecycle
import Synchronization
import Wire

/// The keys that this replica signs access tokens with, made and rotated as a service.
///
/// Every replica looks once a minute; whichever finds that a key is due makes it, and all of them sign with the same.
final class TokenKeyRing: Service {
  private static let interval = Duration.seconds(60)
  private static let pauseAfterFailure = Duration.seconds(2)

  private let table: TokenKeyTable
  private let clock: WallClock
  private let logger: Logger
  private let keys = Mutex<[TokenKey]>([])

  init(table: TokenKeyTable, clock: WallClock, logger: Logger) {
    self.table = table
    self.clock = clock
    self.logger = logger
  }

  func run() async throws {
    try await untilShutdown {
      while true {
        do {
          try await self.refresh()
          try await Task.sleep(for: Self.interval)
        } catch let error as PostgresError {
          self.logger.warning("the token keys cannot be looked after", metadata: ["error": "\(error)"])
          try await Task.sleep(for: Self.pauseAfterFailure)
        }
      }
    }
  }

  /// Whether there is a key to sign with: the readiness check.
  var isReady: Bool { current(at: clock.milliseconds()) != nil }

  /// Reads the keys, and makes the next one if it is due.
  func refresh() async throws {
    let fresh = try await table.rotate()
    keys.withLock { $0 = fresh }
  }

  /// The key that signs now; looks into the table if there is none in memory.
  ///
  /// - Throws: `unavailable` if there is none even so, which a clock far behind PostgreSQL's can bring about
  func signer() async throws -> AccessTokenSigner {
    if current(at: clock.milliseconds()) == nil { try await refresh() }
    guard let key = current(at: clock.milliseconds()) else {
      logger.error("no token key signs now; is this machine's clock right?")
      throw Failure(.unavailable, retryAfterMilliseconds: 1_000)
    }
    return AccessTokenSigner(keyID: key.kid, key: key.privateKey)
  }

  /// Of a key's last moments and its successor's first, the successor is taken.
  private func current(at now: UInt64) -> TokenKey? {
    keys.withLock { keys in keys.filter { $0.period.contains(now) }.max { $0.period.notBefore < $1.period.notBefore } }
  }
}
