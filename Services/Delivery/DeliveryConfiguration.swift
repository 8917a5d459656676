// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Configuration
public import ServiceKit

/// The settings of the delivery service.
///
/// | variable | type | default | range | |
/// | --- | --- | --- | --- | --- |
/// | `CONSTRUCT_DELIVERY_LEASE_SECONDS` | seconds | 5 | 1–60 | how long a partition stays with a worker that has died |
/// | `CONSTRUCT_DELIVERY_BATCH` | number | 512 | 1–4096 | commands in one transaction |
/// | `CONSTRUCT_DELIVERY_MAILBOX_LIMIT` | number | 100000 | 1–10000000 | messages that may wait for one device |
/// | `CONSTRUCT_DELIVERY_MAILBOX_BYTES` | bytes | 67108864 | 1 MiB–1 TiB | ciphertext that may wait for one device |
/// | `CONSTRUCT_DELIVERY_MAILBOX_SHARE_PERCENT` | percent | 25 | 1–100 | how much of both may be of one account |
/// | `CONSTRUCT_DELIVERY_PAIR_BURST` | number | 60 | 1–1000000 | messages of one account to another at once |
/// | `CONSTRUCT_DELIVERY_PAIR_MINUTELY` | number | 60 | 1–10000000 | the same in a minute, lasting |
/// | `CONSTRUCT_DELIVERY_EXPIRY_DAYS` | days | 30 | 1–365 | how long a message waits |
public struct DeliveryConfiguration: Sendable {
  public var lease: Duration
  public var batch: Int
  public var expiryDays: Int
  var limits = SendLimits()

  /// How long a read of the streams waits; also how soon an idle worker notices a new lease or the end.
  var readWaitMilliseconds = 250
  /// Between two looks at gateways, streams and overdue deliveries, in milliseconds.
  var choresInterval: UInt64 = 1_000
  /// Between two sweeps for what has expired.
  var sweepInterval: Duration = .seconds(60)
  /// Between two looks for devices that are due to be woken.
  var wakeUpInterval: Duration = .seconds(20)
  /// Pages of mailboxes that are read at a time.
  var pages = 32
  var devices = DeviceDelivery.Settings()

  /// - Throws: `ConfigurationError` for a value that is no number or out of range.
  public init(reader: ConfigReader) throws(ConfigurationError) {
    lease = try reader.seconds("delivery.lease.seconds", default: 5, in: 1...60)
    batch = try reader.integer("delivery.batch", default: 512, in: 1...4_096)
    expiryDays = try reader.integer("delivery.expiry.days", default: 30, in: 1...365)
    limits.messages = UInt64(try reader.integer("delivery.mailbox.limit", default: 100_000, in: 1...10_000_000))
    limits.bytes = UInt64(
      try reader.integer("delivery.mailbox.bytes", default: 64 << 20, in: 1 << 20...1 << 40))
    limits.sharePercent = UInt64(try reader.integer("delivery.mailbox.share.percent", default: 25, in: 1...100))
    limits.pair.burst = UInt64(try reader.integer("delivery.pair.burst", default: 60, in: 1...1_000_000))
    limits.pair.minutely = UInt64(try reader.integer("delivery.pair.minutely", default: 60, in: 1...10_000_000))
  }
}
