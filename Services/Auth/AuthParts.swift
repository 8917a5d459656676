// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ServiceKit

/// The parts of one replica, before anything runs.
struct AuthParts: Sendable {
  let table: TokenKeyTable
  let ring: TokenKeyRing
  let announcer: AccountChangeAnnouncer
  let sweep: ExpirySweep
  let handlers: AuthHandlers

  /// Throws `ConfigurationError`.
  init(_ context: ServiceContext) throws {
    let configuration = try AuthConfiguration(reader: context.configuration)
    let keys = AuthKeys(tokenSecret: configuration.tokenSecret, domain: context.domain)
    table = TokenKeyTable(
      postgres: context.postgres, sealingKey: keys.sealing,
      schedule: TokenKeySchedule(rotationMilliseconds: UInt64(configuration.keyRotationSeconds) * 1_000),
      accessLifetimeSeconds: configuration.accessLifetimeSeconds)
    ring = TokenKeyRing(table: table, clock: context.clock, logger: context.logger)
    announcer = AccountChangeAnnouncer(postgres: context.postgres, redis: context.redis, logger: context.logger)
    sweep = ExpirySweep(postgres: context.postgres, logger: context.logger)
    handlers = AuthHandlers(
      context: context, configuration: configuration, keys: keys, ring: ring, announcer: announcer)
  }
}
