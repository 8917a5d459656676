// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Configuration
import Crypto
public import ServiceKit

/// What auth reads from its configuration, once and before it serves anything.
///
/// | key | type | default | range |
/// | --- | --- | --- | --- |
/// | secret `token-secret` | 32 bytes as hexadecimal digits | none | |
/// | `CONSTRUCT_TOKEN_ACCESS_LIFETIME_SECONDS` | seconds | 900 | 60…86,400 |
/// | `CONSTRUCT_TOKEN_REFRESH_LIFETIME_SECONDS` | seconds | 2,592,000 (30 days) | 3,600…31,536,000 |
/// | `CONSTRUCT_TOKEN_KEY_ROTATION_SECONDS` | seconds | 604,800 (7 days) | 3,600…31,536,000 |
/// | `CONSTRUCT_REGISTRATION_DIFFICULTY` | bits | 18 | 0…32 |
/// | `CONSTRUCT_REGISTRATION_BURST` | registrations from one address at once | 20 | 1…1,000,000 |
/// | `CONSTRUCT_REGISTRATION_HOURLY` | registrations from one address, lasting | 120 | 1…1,000,000 |
/// | `CONSTRUCT_LOGIN_BURST` | logins and refreshes from one address at once | 300 | 1…1,000,000 |
/// | `CONSTRUCT_LOGIN_HOURLY` | logins and refreshes from one address, lasting | 18,000 | 1…1,000,000 |
public struct AuthConfiguration: Sendable {
  /// Encrypts token keys at rest and authenticates challenges, through keys derived from it.
  let tokenSecret: SymmetricKey
  /// How long an access token is valid, in seconds.
  public let accessLifetimeSeconds: Int
  /// How long a refresh token is valid after it was handed out, in seconds.
  public let refreshLifetimeSeconds: Int
  /// How long a token key signs, in seconds.
  public let keyRotationSeconds: Int
  /// Leading zero bits of a registration's proof of work.
  public let registrationDifficulty: UInt8
  let registrationRate: Rate
  let loginRate: Rate

  /// A token bucket: so many at once, and so many an hour.
  struct Rate: Sendable {
    let burst: Int
    let hourly: Int
  }

  /// - Throws: `ConfigurationError` for the first setting that is missing or out of its range.
  public init(reader: ConfigReader) throws(ConfigurationError) {
    tokenSecret = SymmetricKey(data: try reader.secret("token.secret", hexBytes: 32))
    accessLifetimeSeconds = try reader.integer("token.access.lifetime.seconds", default: 900, in: 60...86_400)
    refreshLifetimeSeconds = try reader.integer(
      "token.refresh.lifetime.seconds", default: 2_592_000, in: 3_600...31_536_000)
    keyRotationSeconds = try reader.integer("token.key.rotation.seconds", default: 604_800, in: 3_600...31_536_000)
    registrationDifficulty = UInt8(try reader.integer("registration.difficulty", default: 18, in: 0...32))
    registrationRate = Rate(
      burst: try reader.integer("registration.burst", default: 20, in: 1...1_000_000),
      hourly: try reader.integer("registration.hourly", default: 120, in: 1...1_000_000))
    loginRate = Rate(
      burst: try reader.integer("login.burst", default: 300, in: 1...1_000_000),
      hourly: try reader.integer("login.hourly", default: 18_000, in: 1...1_000_000))
  }
}
