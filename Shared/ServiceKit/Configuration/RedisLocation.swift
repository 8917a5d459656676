// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis

/// `CONSTRUCT_REDIS_URL`: `unix://PATH[?db=N]` or `redis://host:port[/N]`, without a password.
struct RedisLocation {
  static let key = "redis.url"

  /// The URL, which has no credentials and may stand in a log.
  let description: String

  /// - Throws: ``ConfigurationError`` for what cannot be read, or when it has a password.
  init(_ text: String) throws(ConfigurationError) {
    description = text
    guard !Self.hasCredentials(text) else {
      throw Self.invalid("must not contain the password: it belongs into the secret redis-password")
    }
    do { _ = try RedisConfiguration(text) } catch {
      throw Self.invalid("must be unix:///path/to/socket or redis://host:port/database")
    }
  }

  /// - Throws: ``ConfigurationError`` when the password makes the URL one that cannot be read.
  func configuration(password: String?, clientName: String) throws(ConfigurationError) -> RedisConfiguration {
    var url = description
    if let password, let slashes = url.firstRange(of: "://") {
      let escaped = password.utf8.map { "%" + [$0].hexadecimal }.joined()
      url.insert(contentsOf: ":\(escaped)@", at: slashes.upperBound)
    }
    do { return try RedisConfiguration(url, clientName: clientName) } catch { throw Self.invalid("cannot be read") }
  }

  private static func hasCredentials(_ text: String) -> Bool {
    guard let slashes = text.firstRange(of: "://") else { return false }
    let authority = text[slashes.upperBound...].prefix { $0 != "/" }
    return authority.contains("@")
  }

  private static func invalid(_ reason: String) -> ConfigurationError {
    ConfigurationError(.invalid, key: SettingName(key).environmentVariable, reason: reason)
  }
}
