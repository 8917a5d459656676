// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import ServiceKit
public import ServiceLifecycle
import Wire

/// The gateway: WebSockets on one side, Redis streams on the other.
public enum GatewayService {
  /// The services of a gateway process, in the order in which they are started.
  /// - Throws: `ConfigurationError`.
  public static func build(_ context: ServiceContext) async throws -> [any Service] {
    let configuration = try GatewayConfiguration(reader: context.configuration)
    let tokens = TokenKeyStore(context: context)
    let gateway = try await Gateway(context: context, configuration: configuration) { token throws(Failure) in
      try await tokens.verify(token)
    }
    return [tokens, gateway]
  }
}
