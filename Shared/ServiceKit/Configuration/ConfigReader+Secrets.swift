// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Configuration

/// Reading of secrets. None has a default, and no error repeats what was found.
extension ConfigReader {
  /// Bytes that are written as hexadecimal digits in either case.
  /// - Parameters:
  ///   - key: for example `token.secret`, which is the file `token-secret` in the secrets directory.
  ///   - count: how many bytes; the file has twice as many digits.
  /// - Throws: ``ConfigurationError`` when it is missing, of another length, or not hexadecimal.
  public func secret(_ key: String, hexBytes count: Int) throws(ConfigurationError) -> [UInt8] {
    let name = SettingName(key)
    guard let text = try given(key, isSecret: true) else {
      throw ConfigurationError(.missing, key: name.secretDescription, reason: "is required and not set")
    }
    guard let bytes = [UInt8](hexadecimal: text), bytes.count == count else {
      throw ConfigurationError(
        .invalid, key: name.secretDescription, reason: "must be \(2 * count) hexadecimal digits (\(count) bytes)")
    }
    guard bytes.contains(where: { $0 != bytes[0] }) else {
      throw ConfigurationError(
        .invalid, key: name.secretDescription, reason: "must be random; all its bytes are the same")
    }
    return bytes
  }

  /// A secret text, for example a password; nil when there is none.
  public func optionalSecretText(
    _ key: String, length: ClosedRange<Int> = 1...1_024
  ) throws(ConfigurationError) -> String? {
    guard let text = try given(key, isSecret: true) else { return nil }
    guard length.contains(text.utf8.count) else {
      throw ConfigurationError(
        .invalid, key: SettingName(key).secretDescription,
        reason: "must have \(length.lowerBound) to \(length.upperBound) bytes")
    }
    return text
  }
}
