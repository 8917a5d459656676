// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ServiceKit
import Wire

/// Verifies the tokens of all connections, off their event loops: a signature takes a tenth of a millisecond.
final class TokenDesk: Sendable {
  typealias Verify = @Sendable (String) async throws(Failure) -> AccessToken

  private struct Job: Sendable {
    let token: String
    let connection: UInt64
    let shard: ShardHandle
  }

  /// How many are under way at one time. More than there are processors, because a token with an unknown key waits for
  /// PostgreSQL.
  private static let width = 16

  private let verify: Verify
  private let jobs: AsyncStream<Job>
  private let continuation: AsyncStream<Job>.Continuation

  /// - Parameter capacity: how many tokens may wait; a connection has one at most.
  init(capacity: Int, verify: @escaping Verify) {
    self.verify = verify
    (jobs, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(capacity))
  }

  /// - Returns: false if too many wait.
  func submit(_ token: String, for connection: UInt64, of shard: ShardHandle) -> Bool {
    if case .enqueued = continuation.yield(Job(token: token, connection: connection, shard: shard)) { return true }
    return false
  }

  /// Runs until the task is cancelled.
  func run() async {
    await withTaskGroup(of: Void.self) { group in
      var running = 0
      for await job in jobs {
        if running >= Self.width {
          await group.next()
          running -= 1
        }
        running += 1
        group.addTask { [verify] in
          let outcome: Result<Session, Failure>
          do throws(Failure) {
            let token = try await verify(job.token)
            outcome = .success(Session(address: token.address, expiry: token.expiry * 1_000))
          } catch {
            outcome = .failure(error)
          }
          job.shard.execute { $0.verified(outcome, for: job.connection) }
        }
      }
      group.cancelAll()
    }
  }
}
