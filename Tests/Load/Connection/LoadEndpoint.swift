// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A gateway's address: `ws://host:port` or `wss://host:port`, with the path `/v1` unless it has another.
struct LoadEndpoint: Sendable, Hashable {
  let host: String
  let port: Int
  let isSecure: Bool
  let path: String

  /// Nil unless `text` is such an address.
  init?(_ text: String) {
    guard let components = URLComponents(string: text), let host = components.host,
      let scheme = components.scheme, scheme == "ws" || scheme == "wss"
    else { return nil }
    self.host = host
    isSecure = scheme == "wss"
    port = components.port ?? (isSecure ? 443 : 80)
    path = components.path.isEmpty || components.path == "/" ? "/v1" : components.path
  }

  var authority: String { "\(host):\(port)" }
  /// Whether it is this machine, whose addresses 127.0.0.0/8 may all be ours.
  var isLoopback: Bool { host == "127.0.0.1" || host == "localhost" }
}
