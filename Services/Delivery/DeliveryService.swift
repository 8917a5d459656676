// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import ServiceKit
public import ServiceLifecycle

/// The delivery service: takes messages into mailboxes and hands them to the devices they are for.
public enum DeliveryService {
  /// - Throws: `ConfigurationError`.
  public static func build(_ context: ServiceContext) async throws -> [any Service] {
    try build(context, DeliveryConfiguration(reader: context.configuration))
  }

  static func build(_ context: ServiceContext, _ configuration: DeliveryConfiguration) throws -> [any Service] {
    let worker = DeliveryWorker(context: context, configuration: configuration)
    // True as well for a worker that has no partition because there are more workers than partitions.
    context.health.register("leases") { [leases = worker.leases] in await leases.isRenewed }
    return [worker]
  }
}
