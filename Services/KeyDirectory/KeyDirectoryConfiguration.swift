// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Configuration
public import ServiceKit

/// What the key directory reads from its configuration, once and before it serves anything.
///
/// | key | type | default | range |
/// | --- | --- | --- | --- |
/// | `CONSTRUCT_KEYS_FETCH_BURST` | fetches of one account's bundles by another account at once | 6 | 1…1,000,000 |
/// | `CONSTRUCT_KEYS_FETCH_SECONDS` | seconds until it may fetch another | 600 | 1…86,400 |
/// | `CONSTRUCT_KEYS_TARGET_BURST` | fetches of one account's bundles, by all, with one-time prekeys | 60 | 1…1,000,000 |
/// | `CONSTRUCT_KEYS_TARGET_SECONDS` | seconds until another has them | 60 | 1…86,400 |
public struct KeyDirectoryConfiguration: Sendable {
  /// Fetches that one account may make of another's bundles without a pause.
  public let fetchBurst: Int
  /// How long it takes until one more is allowed, in seconds.
  public let fetchSeconds: Int
  /// Fetches of one account's bundles that get one-time prekeys, whoever makes them, without a pause.
  public let targetBurst: Int
  /// How long it takes until one more gets them, in seconds.
  public let targetSeconds: Int

  /// - Throws: `ConfigurationError` for the first setting that is out of its range.
  public init(reader: ConfigReader) throws(ConfigurationError) {
    fetchBurst = try reader.integer("keys.fetch.burst", default: 6, in: 1...1_000_000)
    fetchSeconds = try reader.integer("keys.fetch.seconds", default: 600, in: 1...86_400)
    targetBurst = try reader.integer("keys.target.burst", default: 60, in: 1...1_000_000)
    targetSeconds = try reader.integer("keys.target.seconds", default: 60, in: 1...86_400)
  }
}
