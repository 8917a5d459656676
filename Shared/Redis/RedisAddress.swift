// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Where a Redis listens and how to introduce oneself.
struct RedisAddress: Sendable {
  enum Place: Sendable {
    case unix(path: String)
    case tcp(host: String, port: Int32)
  }

  let place: Place
  let user: String?
  let password: String?
  let database: Int

  /// - Parameter text: `unix://[[user]:password@]PATH[?db=database]` or
  ///   `redis://[[user]:password@]host[:port][/database]`. User and password are percent-encoded; the port is 6379 and
  ///   the database 0 unless given; an IPv6 address stands in brackets.
  /// - Throws: `.invalidAddress`, without a word of the text.
  init(_ text: String, at site: CallSite) throws(RedisError) {
    let fault = RedisError(
      .invalidAddress, "the address is neither unix://PATH nor redis://host:port/database", at: site)
    if text.hasPrefix("unix://") {
      var rest = text.dropFirst("unix://".count)
      // Without credentials the path begins here, and an @ may be part of it.
      if rest.first == "/" {
        (user, password) = (nil, nil)
      } else {
        guard let credentials = Self.takeCredentials(&rest, before: rest.firstIndex(of: "@")) else { throw fault }
        (user, password) = (credentials.user, credentials.password)
      }
      let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
      // The system's bound for the path of a socket is 108 bytes with its end mark.
      guard let path = parts.first, path.hasPrefix("/"), path.utf8.count < 108 else { throw fault }
      place = .unix(path: String(path))
      guard parts.count == 2 else {
        database = 0
        return
      }
      guard parts[1].hasPrefix("db="), let index = Int(parts[1].dropFirst("db=".count)), index >= 0 else { throw fault }
      database = index
      return
    }
    guard text.hasPrefix("redis://") else { throw fault }
    var rest = text.dropFirst("redis://".count)
    if let at = rest.lastIndex(of: "@") {
      guard let credentials = Self.takeCredentials(&rest, before: at) else { throw fault }
      (user, password) = (credentials.user, credentials.password)
    } else {
      (user, password) = (nil, nil)
    }
    if let slash = rest.firstIndex(of: "/") {
      let number = rest[rest.index(after: slash)...]
      guard let index = number.isEmpty ? 0 : Int(number), index >= 0 else { throw fault }
      database = index
      rest = rest[..<slash]
    } else {
      database = 0
    }
    guard let (host, port) = Self.hostAndPort(rest) else { throw fault }
    place = .tcp(host: host, port: port)
  }

  /// Takes `[user]:password@` from the front.
  private static func takeCredentials(
    _ rest: inout Substring, before at: Substring.Index?
  ) -> (user: String?, password: String)? {
    guard let at else { return nil }
    let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let name = percentDecoded(parts[0]), let password = percentDecoded(parts[1]) else {
      return nil
    }
    rest = rest[rest.index(after: at)...]
    return (name.isEmpty ? nil : name, password)
  }

  private static func hostAndPort(_ text: Substring) -> (String, Int32)? {
    var host = text
    var port: Substring?
    if text.first == "[" {
      guard let end = text.firstIndex(of: "]") else { return nil }
      host = text[text.index(after: text.startIndex)..<end]
      let tail = text[text.index(after: end)...]
      guard tail.isEmpty || tail.first == ":" else { return nil }
      port = tail.isEmpty ? nil : tail.dropFirst()
    } else if let colon = text.lastIndex(of: ":") {
      host = text[..<colon]
      port = text[text.index(after: colon)...]
    }
    guard !host.isEmpty else { return nil }
    guard let port else { return (String(host), 6_379) }
    guard let number = UInt16(port), number > 0 else { return nil }
    return (String(host), Int32(number))
  }

  private static func percentDecoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }),
        let low = rest.popFirst().flatMap({ Character(Unicode.Scalar($0)).hexDigitValue })
      else { return nil }
      bytes.append(UInt8(high << 4 | low))
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
