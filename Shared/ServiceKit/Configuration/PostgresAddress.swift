// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// `CONSTRUCT_POSTGRES_URL`: libpq's connection string in either of its forms, without a password.
///
/// Sources: PostgreSQL manual, section “Connection Strings”.
struct PostgresAddress {
  static let key = "postgres.url"

  private let text: String
  private let isURI: Bool
  /// Where the server is, for logs: host, port and database alone.
  let description: String

  /// - Throws: ``ConfigurationError`` for what cannot be read, or when it has a password.
  init(_ text: String) throws(ConfigurationError) {
    self.text = text
    isURI = text.hasPrefix("postgresql://") || text.hasPrefix("postgres://")
    let settings = isURI ? try Self.uriSettings(text) : try Self.keywordSettings(text)
    guard settings["password"] == nil else {
      throw Self.invalid("must not contain the password: it belongs into the secret postgres-password")
    }
    var words: [String] = []
    for name in ["host", "hostaddr", "port", "dbname"] {
      if let value = settings[name] { words.append("\(name)=\(value)") }
    }
    description = words.isEmpty ? "libpq's defaults" : words.joined(separator: " ")
  }

  /// The connection string for libpq.
  func connectionString(password: String?) -> String {
    guard let password else { return text }
    guard isURI else {
      let quoted = password.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
      return "\(text) password='\(quoted)'"
    }
    let escaped = password.utf8.map { "%" + [$0].hexadecimal }.joined()
    return text + (text.contains("?") ? "&" : "?") + "password=" + escaped
  }

  private static func uriSettings(_ text: String) throws(ConfigurationError) -> [String: String] {
    guard let parts = URLComponents(string: text) else { throw invalid("is no URI") }
    var settings: [String: String] = [:]
    settings["host"] = parts.host.flatMap { $0.isEmpty ? nil : $0 }
    settings["port"] = parts.port.map(String.init)
    settings["dbname"] = parts.path.count > 1 ? String(parts.path.dropFirst()) : nil
    settings["password"] = parts.password
    for item in parts.queryItems ?? [] { settings[item.name] = item.value ?? "" }
    return settings
  }

  private static func keywordSettings(_ text: String) throws(ConfigurationError) -> [String: String] {
    var settings: [String: String] = [:]
    var rest = text[...]
    while true {
      rest = rest.drop { $0.isWhitespace }
      guard !rest.isEmpty else { return settings }
      guard let equals = rest.firstIndex(of: "=") else {
        throw invalid("must be keywords (host=… dbname=…) or a URI (postgresql://…)")
      }
      let name = String(rest[..<equals]).trimmingWhitespace
      rest = rest[rest.index(after: equals)...].drop { $0.isWhitespace }
      settings[name] = try takeValue(&rest)
    }
  }

  private static func takeValue(_ rest: inout Substring) throws(ConfigurationError) -> String {
    let isQuoted = rest.first == "'"
    if isQuoted { rest.removeFirst() }
    var value = ""
    while let character = rest.popFirst() {
      if character == "\\", let next = rest.popFirst() {
        value.append(next)
      } else if isQuoted && character == "'" {
        return value
      } else if !isQuoted && character.isWhitespace {
        return value
      } else {
        value.append(character)
      }
    }
    if isQuoted { throw invalid("has a quotation mark that is not closed") }
    return value
  }

  private static func invalid(_ reason: String) -> ConfigurationError {
    ConfigurationError(.invalid, key: SettingName(key).environmentVariable, reason: reason)
  }
}
