// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ServiceKit
import Wire

/// Verifies the tokens of all connections, and asks whether their devices may send: a signature takes a tenth of a
/// millisecond, and a token with an unknown key waits for PostgreSQL.
typealias TokenQueue = JobQueue<String, Result<VerifiedToken, Failure>>

/// Whom a connection speaks for, and what its device's bucket says.
struct VerifiedToken: Sendable {
  let session: Session
  let allowance: PortionAnswer
}

extension TokenQueue {
  convenience init(
    capacity: Int, buckets: DeviceBuckets, verify: @escaping @Sendable (String) async throws(Failure) -> AccessToken
  ) {
    self.init(capacity: capacity) { token in
      do throws(Failure) {
        let token = try await verify(token)
        let session = Session(address: token.address, expiry: token.expiry * 1_000)
        return .success(VerifiedToken(session: session, allowance: await buckets.begin(session.address)))
      } catch {
        return .failure(error)
      }
    } deliver: { shard, outcome, connection in
      shard.verified(outcome, for: connection)
    }
  }
}
