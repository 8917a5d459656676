// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Answers questions of connections off their event loops, in order of arrival and some at one time, and brings each
/// answer back to the loop of the connection that asked.
final class JobQueue<Question: Sendable, Answer: Sendable>: Sendable {
  private struct Job: Sendable {
    let question: Question
    let connection: UInt64
    let shard: ShardHandle
  }

  /// How many are under way at one time. More than there are processors, because a question may wait for Redis or
  /// PostgreSQL.
  private static var width: Int { 16 }

  private let jobs: AsyncStream<Job>
  private let continuation: AsyncStream<Job>.Continuation
  private let answer: @Sendable (Question) async -> Answer
  private let deliver: @Sendable (Shard, Answer, UInt64) -> Void

  /// - Parameter capacity: how many questions may wait; a connection has one of a kind at most.
  /// - Parameter deliver: called on the connection's event loop, with the answer and the connection's number.
  init(
    capacity: Int, answer: @escaping @Sendable (Question) async -> Answer,
    deliver: @escaping @Sendable (Shard, Answer, UInt64) -> Void
  ) {
    self.answer = answer
    self.deliver = deliver
    (jobs, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(capacity))
  }

  /// - Returns: false if too many wait.
  func submit(_ question: Question, for connection: UInt64, of shard: ShardHandle) -> Bool {
    if case .enqueued = continuation.yield(Job(question: question, connection: connection, shard: shard)) {
      return true
    }
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
        group.addTask { [answer, deliver] in
          let answer = await answer(job.question)
          job.shard.execute { deliver($0, answer, job.connection) }
        }
      }
      group.cancelAll()
    }
  }
}
