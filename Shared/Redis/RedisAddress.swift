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

  /// - Parameter text: `unix://PATH` or `redis://[[user]:password@]host[:port][/database]`. User and password are
  ///   percent-encoded; the port is 6379 and the database 0 unless given; an IPv6 address stands in brackets.
  /// - Throws: `.invalidAddress`, without a word of the text.
  init(_ text: String, at site: CallSite) throws(RedisError) {
    let fault = RedisError(
      .invalidAddress, "the address is neither unix://PATH nor redis://host:port/database", at: site)
    if text.hasPrefix("unix://") {
      let path = String(text.dropFirst("unix://".count))
      // The system's bound for the path of a socket is 108 bytes with its end mark.
      guard path.hasPrefix("/"), path.utf8.count < 108 else { throw fault }
      place = .unix(path: path)
      (user, password, database) = (nil, nil, 0)
      return
    }
    guard text.hasPrefix("redis://") else { throw fault }
    var rest = text.dropFirst("redis://".count)
    if let at = rest.lastIndex(of: "@") {
      let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let name = Self.percentDecoded(parts[0]), let secret = Self.percentDecoded(parts[1])
      else { throw fault }
      user = name.isEmpty ? nil : name
      password = secret
      rest = rest[rest.index(after: at)...]
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
