// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The routes of a service's HTTP port (`CONSTRUCT_HTTP_PORT`), answered to GET and HEAD.
///
/// A service adds its own beside `/health/live`, `/health/ready` and `/metrics` while it is built or later.
public final class HTTPRoutes: Sendable {
  public typealias Handler = @Sendable () async throws -> HTTPReply

  private let handlers = Mutex<[String: Handler]>([:])

  public init() {}

  /// Answers `path` with what `handler` returns; an error of it is logged and answered with 500.
  /// - Parameter path: the whole path, for example `/.well-known/jwks.json`; a second route of a path replaces the
  ///   first.
  public func get(_ path: String, _ handler: @escaping Handler) {
    handlers.withLock { $0[path] = handler }
  }

  func handler(for path: String) -> Handler? {
    handlers.withLock { $0[path] }
  }
}
