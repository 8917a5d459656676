// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ServiceKit
import Wire

/// Verifies the tokens of all connections: a signature takes a tenth of a millisecond, and a token with an unknown key
/// waits for PostgreSQL.
typealias TokenQueue = JobQueue<String, Result<Session, Failure>>

extension TokenQueue {
  convenience init(capacity: Int, verify: @escaping @Sendable (String) async throws(Failure) -> AccessToken) {
    self.init(capacity: capacity) { token in
      do throws(Failure) {
        let token = try await verify(token)
        return .success(Session(address: token.address, expiry: token.expiry * 1_000))
      } catch {
        return .failure(error)
      }
    } deliver: { shard, outcome, connection in
      shard.verified(outcome, for: connection)
    }
  }
}
