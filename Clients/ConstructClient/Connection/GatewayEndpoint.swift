// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The address of a gateway: `wss://host[:port][/path]`, or `ws://` for one without TLS.
public struct GatewayEndpoint: Hashable, Sendable, CustomStringConvertible {
  /// Whether the connection is TLS.
  public let isSecure: Bool
  /// A name, an IPv4 address, or an IPv6 address without its brackets.
  public let host: String
  /// 443 for `wss` and 80 for `ws` unless the address says otherwise.
  public let port: Int
  /// The path of the WebSocket, `/v1` by default.
  public let path: String

  /// Reads an address. Throws `.addressInvalid`.
  public init(_ text: String) throws(ClientError) {
    var rest = text[...]
    if rest.lowercased().hasPrefix("wss://") {
      isSecure = true
      rest = rest.dropFirst(6)
    } else if rest.lowercased().hasPrefix("ws://") {
      isSecure = false
      rest = rest.dropFirst(5)
    } else {
      throw ClientError(.addressInvalid)
    }
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    let authority = rest[..<slash]
    let path = rest[slash...]
    self.path = path.isEmpty || path == "/" ? "/v1" : String(path)
    guard self.path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x23 }) else {
      throw ClientError(.addressInvalid)
    }
    let (host, port) = try Self.split(authority)
    guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x40 && $0 != 0x3F && $0 != 0x23 })
    else { throw ClientError(.addressInvalid) }
    self.host = String(host)
    if let port {
      guard let number = UInt16(port), number > 0 else { throw ClientError(.addressInvalid) }
      self.port = Int(number)
    } else {
      self.port = isSecure ? 443 : 80
    }
  }

  private static func split(_ authority: Substring) throws(ClientError) -> (host: Substring, port: Substring?) {
    if authority.first == "[" {
      guard let close = authority.firstIndex(of: "]") else { throw ClientError(.addressInvalid) }
      let host = authority[authority.index(after: authority.startIndex)..<close]
      guard host.utf8.allSatisfy({ $0 == 0x3A || $0 == 0x2E || isHexDigit($0) }) else {
        throw ClientError(.addressInvalid)
      }
      let rest = authority[authority.index(after: close)...]
      if rest.isEmpty { return (host, nil) }
      guard rest.first == ":" else { throw ClientError(.addressInvalid) }
      return (host, rest.dropFirst())
    }
    guard let colon = authority.firstIndex(of: ":") else { return (authority, nil) }
    let port = authority[authority.index(after: colon)...]
    guard !port.contains(":") else { throw ClientError(.addressInvalid) }
    return (authority[..<colon], port)
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
  }

  /// Whether the host is this machine, where a connection without TLS harms nobody.
  public var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

  /// The host as it stands in an address and in the `Host` header.
  var bracketedHost: String { host.contains(":") ? "[\(host)]" : host }

  /// The `Host` header: without the port where it is the scheme's own.
  package var authority: String { port == (isSecure ? 443 : 80) ? bracketedHost : "\(bracketedHost):\(port)" }

  /// The address as it was given, with its port, and with its path where it is not the usual one.
  public var description: String {
    "\(isSecure ? "wss" : "ws")://\(bracketedHost):\(port)\(path == "/v1" ? "" : path)"
  }
}
