// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Configuration
public import ServiceKit

/// What the key directory reads from its configuration, once and before it serves anything.
///
/// | key | type | default | range |
/// | --- | --- | --- | --- |
/// | `CONSTRUCT_KEYS_FETCH_BURST` | fetches of one account's bundles by one device at once | 6 | 1…1,000,000 |
/// | `CONSTRUCT_KEYS_FETCH_SECONDS` | seconds until it may fetch another | 600 | 1…86,400 |
public struct KeyDirectoryConfiguration: Sendable {
  /// Fetches that one device may make of one account's bundles without a pause.
  public let fetchBurst: Int
  /// How long it takes until one more is allowed, in seconds.
  public let fetchSeconds: Int

  /// - Throws: `ConfigurationError` for the first setting that is out of its range.
  public init(reader: ConfigReader) throws(ConfigurationError) {
    fetchBurst = try reader.integer("keys.fetch.burst", default: 6, in: 1...1_000_000)
    fetchSeconds = try reader.integer("keys.fetch.seconds", default: 600, in: 1...86_400)
  }
}
