// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// `CONSTRUCT_DOMAIN`: the name that logins and tokens are bound to.
///
/// Host names of at least two labels (RFC 1035, section 2.3.1, and RFC 1123, section 2.1), folded to lower case.
enum ServerDomain {
  static let key = "domain"

  static func parse(_ text: String) throws(ConfigurationError) -> String {
    let name = text.lowercased()
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    guard name.utf8.count <= 253, name == "localhost" || labels.count >= 2, labels.allSatisfy(isLabel) else {
      throw ConfigurationError(
        .invalid, key: SettingName(key).environmentVariable,
        reason: "must be a host name such as chat.example (letters, digits, hyphens and dots, at most 253)")
    }
    return name
  }

  private static func isLabel(_ label: Substring) -> Bool {
    guard (1...63).contains(label.utf8.count), label.first != "-", label.last != "-" else { return false }
    return label.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
    }
  }
}
