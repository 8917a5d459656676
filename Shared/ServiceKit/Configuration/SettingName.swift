// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The two spellings of a setting: `token.access.lifetime.seconds` in code is the environment variable
/// `CONSTRUCT_TOKEN_ACCESS_LIFETIME_SECONDS`, and a secret's file is `token-secret`.
struct SettingName {
  private let parts: [String]

  /// - Parameter key: lower-case words joined by dots, without the `construct` in front.
  init(_ key: String) {
    parts = key.split(separator: ".").map(String.init)
  }

  var environmentVariable: String {
    "CONSTRUCT_" + parts.map { $0.uppercased() }.joined(separator: "_")
  }

  var secretFile: String { parts.joined(separator: "-") }

  /// How an error names a secret.
  var secretDescription: String { "secret \(secretFile) (or \(environmentVariable))" }
}
