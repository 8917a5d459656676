// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A username in its one normal form: 3 to 32 of `a`–`z`, `0`–`9`, `.`, `_` and `-`.
///
/// It begins with a letter, ends with a letter or a digit, and has no two separators in a row. Upper-case ASCII is
/// folded; everything outside ASCII is refused, so that no letter of another alphabet can pose as one of these.
/// What still looks alike (`1` and `l`, `rn` and `m`) has the same `skeleton`, and two accounts never share one.
public struct Username: Hashable, Sendable {
  public let text: String

  public enum Problem: Error, Equatable, Sendable {
    /// Shorter than 3 or longer than 32 characters.
    case length
    /// A character that is not allowed, or not at this place.
    case character
    /// Well-formed, but kept for the operator.
    case reserved
  }

  public init(_ input: String) throws(Problem) {
    var bytes: [UInt8] = []
    for byte in input.utf8 {
      let folded = (0x41...0x5A).contains(byte) ? byte + 0x20 : byte
      guard Self.isLetter(folded) || Self.isDigit(folded) || Self.isSeparator(folded) else { throw .character }
      if Self.isSeparator(folded), let last = bytes.last, Self.isSeparator(last) { throw .character }
      bytes.append(folded)
    }
    guard (3...32).contains(bytes.count) else { throw .length }
    guard let first = bytes.first, Self.isLetter(first), let last = bytes.last, !Self.isSeparator(last) else {
      throw .character
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let skeleton = Self.skeleton(bytes)
    for name in Self.reservedNames where Self.skeleton(Array(name.utf8)) == skeleton { throw .reserved }
    self.text = text
  }

  /// What a reader may take this name for: separators dropped, look-alikes folded into one.
  public var skeleton: String { Self.skeleton(Array(text.utf8)) }

  private static func skeleton(_ bytes: [UInt8]) -> String {
    var folded: [UInt8] = []
    for byte in bytes where !isSeparator(byte) {
      switch byte {
      case 0x30: folded.append(0x6F)  // 0 → o
      case 0x31, 0x69, 0x6A: folded.append(0x6C)  // 1, i, j → l
      case 0x35: folded.append(0x73)  // 5 → s
      case 0x32: folded.append(0x7A)  // 2 → z
      case 0x38: folded.append(0x62)  // 8 → b
      case 0x36, 0x39: folded.append(0x67)  // 6, 9 → g
      case 0x6E where folded.last == 0x72: folded[folded.count - 1] = 0x6D  // rn → m
      case 0x76 where folded.last == 0x76: folded[folded.count - 1] = 0x77  // vv → w
      default: folded.append(byte)
      }
    }
    return String(decoding: folded, as: UTF8.self)
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func isSeparator(_ byte: UInt8) -> Bool { byte == 0x2E || byte == 0x5F || byte == 0x2D }

  /// Names of roles (RFC 2142 among them) and of the service itself, which a person could be deceived by.
  static let reservedNames = [
    "abuse", "account", "accounts", "admin", "administrator", "all", "anonymous", "api", "billing", "bot", "channel",
    "construct", "contact", "everyone", "federation", "gateway", "group", "help", "helpdesk", "here", "hostmaster",
    "info", "legal", "mailer-daemon", "me", "mod", "moderator", "news", "noreply", "nobody", "noc", "notification",
    "notifications", "null", "official", "operator", "owner", "payment", "payments", "postmaster", "privacy", "push",
    "register", "root", "safety", "security", "self", "server", "service", "settings", "signal", "staff", "status",
    "support", "sysadmin", "system", "team", "undefined", "unknown", "update", "user", "username", "verified",
    "verify", "webmaster", "www", "you",
  ]
}
