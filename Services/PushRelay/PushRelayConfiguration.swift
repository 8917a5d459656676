// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Configuration
public import ServiceKit

/// The settings of the push relay.
///
/// | variable or secret | type | default | range | |
/// | --- | --- | --- | --- | --- |
/// | secret `push-secret` | 64 hexadecimal digits | none | | seals push tokens at rest |
/// | `CONSTRUCT_PUSH_COLLAPSE_SECONDS` | seconds | 5 | 1–3600 | how long after a wake-up the next one waits |
public struct PushRelayConfiguration: Sendable {
  /// 32 bytes.
  let secret: [UInt8]
  var collapse: Duration

  /// - Throws: `ConfigurationError` for a secret that is missing or a value that is out of range.
  public init(reader: ConfigReader) throws(ConfigurationError) {
    secret = try reader.secret("push.secret", hexBytes: 32)
    collapse = try reader.seconds("push.collapse.seconds", default: 5, in: 1...3_600)
  }
}
