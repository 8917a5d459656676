// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import ServiceKit
public import ServiceLifecycle

/// Accounts, devices and sessions: answers the requests of the queue `auth`.
public enum AuthService {
  /// The services of one replica, to be run in one group. Any number of replicas may run.
  ///
  /// Adds `/.well-known/jwks.json` to the HTTP port and the readiness check `token-key`.
  /// - Throws: `ConfigurationError`
  public static func build(_ context: ServiceContext) async throws -> [any Service] {
    let parts = try AuthParts(context)
    context.health.register("token-key") { parts.ring.isReady }
    context.http.get(TokenKeySet.path) {
      try .json(TokenKeySet(await parts.table.published()), cacheControl: "public, max-age=60")
    }
    return [parts.ring, parts.announcer, parts.sweep, parts.handlers.server(context)]
  }
}
