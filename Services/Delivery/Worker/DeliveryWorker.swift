// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Redis
import ServiceKit
import ServiceLifecycle

/// One worker: its leases, its sweeps, and its loop, until the service is asked to end. Then it gives its partitions
/// back, so that another takes them over without waiting for the leases to end.
struct DeliveryWorker: Service {
  let context: ServiceContext
  let configuration: DeliveryConfiguration
  let leases: PartitionLeases
  let sweep: ExpirySweep
  let wakeUps: WakeUpSweep
  private let clock = MonotonicClock.system

  init(context: ServiceContext, configuration: DeliveryConfiguration) {
    self.context = context
    self.configuration = configuration
    leases = PartitionLeases(
      store: LeaseStore(postgres: context.postgres, worker: context.instance, lease: configuration.lease),
      clock: clock, logger: context.logger)
    sweep = ExpirySweep(
      store: ExpiryStore(postgres: context.postgres, worker: context.instance), leases: leases,
      interval: configuration.sweepInterval, rememberedDays: max(30, configuration.expiryDays), logger: context.logger)
    wakeUps = WakeUpSweep(
      store: WakeUpStore(postgres: context.postgres, worker: context.instance), leases: leases,
      writer: EffectsWriter(redis: context.redis, logger: context.logger), interval: configuration.wakeUpInterval,
      logger: context.logger)
  }

  func run() async throws {
    let reader = RedisStreamReader(context.redisConfiguration)
    var loop = loop(reader)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await leases.run() }
      group.addTask { await sweep.run() }
      group.addTask { await wakeUps.run() }
      await loop.run()
      group.cancelAll()
    }
    await reader.shutdown()
    do {
      try await leases.retire()
    } catch {
      // The leases end by themselves.
      context.logger.warning("partitions were not given back", metadata: ["error": "\(error)"])
    }
  }

  private func loop(_ reader: RedisStreamReader) -> PartitionLoop {
    PartitionLoop(
      configuration: configuration,
      store: MailboxStore(
        postgres: context.postgres, worker: context.instance, expiryDays: configuration.expiryDays,
        limits: configuration.limits),
      leases: leases, writer: EffectsWriter(redis: context.redis, logger: context.logger),
      directory: GatewayDirectory(redis: context.redis), streams: StreamGuard(redis: context.redis),
      redis: context.redis, clock: clock, logger: context.logger, reader: PartitionReader(reader: reader))
  }
}
