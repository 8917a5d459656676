// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Configuration

/// Typed reading of settings from a reader that is scoped to `construct`.
///
/// Every value is asked for as a text and parsed here, because the reader's own conversions take a value that
/// does not parse for one that is absent, and a mistyped port would silently become the default.
extension ConfigReader {
  /// A text without white space around it.
  /// - Parameters:
  ///   - fallback: the default; nil makes the setting required.
  ///   - length: allowed count of UTF-8 bytes.
  /// - Throws: ``ConfigurationError`` when it is missing or too long.
  public func text(
    _ key: String, default fallback: String? = nil, length: ClosedRange<Int> = 1...1_024
  ) throws(ConfigurationError) -> String {
    guard let text = try optionalText(key, length: length) ?? fallback else {
      throw ConfigurationError(.missing, key: variable(key), reason: "is required and not set")
    }
    return text
  }

  /// A text without white space around it; nil when it is not set or empty.
  public func optionalText(
    _ key: String, length: ClosedRange<Int> = 1...1_024
  ) throws(ConfigurationError) -> String? {
    guard let text = try given(key) else { return nil }
    guard length.contains(text.utf8.count) else {
      throw ConfigurationError(
        .invalid, key: variable(key), reason: "must have \(length.lowerBound) to \(length.upperBound) bytes")
    }
    return text
  }

  /// A whole number.
  /// - Parameter fallback: the default; nil makes the setting required.
  /// - Throws: ``ConfigurationError`` when it is missing, no number or out of range.
  public func integer(
    _ key: String, default fallback: Int? = nil, in range: ClosedRange<Int>
  ) throws(ConfigurationError) -> Int {
    guard let text = try given(key) else {
      guard let fallback else {
        throw ConfigurationError(.missing, key: variable(key), reason: "is required and not set")
      }
      return fallback
    }
    guard let number = Int(text), range.contains(number) else {
      throw ConfigurationError(
        .invalid, key: variable(key),
        reason: "must be a whole number from \(range.lowerBound) to \(range.upperBound), not “\(excerpt(text))”")
    }
    return number
  }

  /// A length of time in whole seconds.
  public func seconds(
    _ key: String, default fallback: Int? = nil, in range: ClosedRange<Int>
  ) throws(ConfigurationError) -> Duration {
    .seconds(try integer(key, default: fallback, in: range))
  }

  /// One of the raw values of an enumeration.
  public func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, default fallback: Choice
  ) throws(ConfigurationError) -> Choice where Choice.RawValue == String {
    guard let text = try given(key) else { return fallback }
    guard let choice = Choice(rawValue: text) else {
      let allowed = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw ConfigurationError(
        .invalid, key: variable(key), reason: "must be one of \(allowed), not “\(excerpt(text))”")
    }
    return choice
  }

  private func variable(_ key: String) -> String { SettingName(key).environmentVariable }

  /// What the operator has written, trimmed; nil when it is not set or empty.
  /// - Throws: ``ConfigurationError`` when its file is there and cannot be read.
  func given(_ key: String, isSecret: Bool = false) throws(ConfigurationError) -> String? {
    let raw: String
    do {
      raw = try requiredString(forKey: ConfigKey(key), isSecret: isSecret)
    } catch let error as ConfigurationError {
      throw error
    } catch {
      // The only other failure of a text is that nobody has it.
      return nil
    }
    let text = raw.trimmingWhitespace
    return text.isEmpty ? nil : text
  }

  private func excerpt(_ text: String) -> String {
    text.count <= 40 ? text : text.prefix(40) + "…"
  }
}

extension String {
  var trimmingWhitespace: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}
