// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import NIOCore

/// What services limit rates by instead of an address: a keyed hash, the same at every gateway of a deployment.
///
/// HMAC-SHA256 over 4 bytes of an IPv4 address, or over the first 8 of an IPv6 address, since whoever has one of those has
/// the other 2⁶⁴ as well. The key is derived from the secret `gateway-secret`, which all gateways share.
struct ClientOrigin: Sendable {
  private let key: SymmetricKey

  /// - Parameter secret: at least 32 random bytes.
  init(secret: [UInt8]) {
    key = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: secret), info: Array("Construct gateway origin v1".utf8),
      outputByteCount: 32)
  }

  /// 32 bytes; nil for what has no network address.
  func hash(of address: SocketAddress?) -> [UInt8]? {
    guard let prefix = Self.prefix(of: address) else { return nil }
    return Array(HMAC<SHA256>.authenticationCode(for: prefix, using: key))
  }

  static func prefix(of address: SocketAddress?) -> [UInt8]? {
    switch address {
    // The system's socket addresses begin with 2 bytes of family and 2 of port, and IPv6's has 4 of flow behind them.
    case .v4(let address): return withUnsafeBytes(of: address.address) { Array($0[4..<8]) }
    case .v6(let address):
      let bytes = withUnsafeBytes(of: address.address) { Array($0[8..<24]) }
      // ::ffff:0:0/96 is an IPv4 client at a socket for both (RFC 4291, section 2.5.5.2).
      let isIPv4 = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
      return isIPv4 ? Array(bytes[12...]) : Array(bytes.prefix(8))
    case .unixDomainSocket, nil: return nil
    }
  }
}
