// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Logging
import Redis
import Wire

extension PartitionLoop {
  /// Works in a batch that PostgreSQL refuses: messages and acknowledgements one by one, so that a single one cannot hold
  /// up the others. Its sender is told, and it is passed over. What needs no row of its own, who comes and goes above all,
  /// follows behind them together with the refusals, in its order, when the position moves.
  ///
  /// Broken off in between, the batch is read again and what was stored is answered as repeated. The devices that it was
  /// for would not hear of it then, nor if the outcome of a single commit is unknown; so everybody looks again.
  /// - Returns: whether to go on with the next batch.
  mutating func isolate(_ batch: DeliveryBatch) async -> Bool {
    var rest: [Partition: Decided] = [:]
    do {
      for part in batch.parts {
        guard let position = held[part.partition]?.position else { continue }
        var deferred: [MailboxCommand] = []
        var known = MailboxFacts()
        for command in part.commands {
          do {
            switch command {
            case .send, .acknowledge: try await commitAlone(command, in: part.partition, at: position)
            case .attach, .accountChanged:
              known.add(try await facts(for: [command]))
              deferred.append(command)
            case .detach, .refuse: deferred.append(command)
            }
          } catch  where StoreFailure(error) == .refused {
            logger.error("a command was refused and passed over", metadata: ["error": "\(error)"])
            metrics.refusedCommands.increment()
            // It may be refused because an earlier attempt has come through.
            held[part.partition]?.owner.lookAgain()
            if case .send(let incoming) = command { deferred.append(.refuse(incoming.reply, .internalError)) }
          }
        }
        let decision = PartitionDecision(deferred, facts: known, limits: configuration.limits)
        rest[part.partition] = Decided(decision: decision, through: part.through)
      }
      // Only now: a server that refuses everything must not make every sender give up.
      try await commit(rest)
      await committed(rest)
      return true
    } catch {
      logger.warning("a divided batch was not committed", metadata: ["error": "\(error)"])
      for part in batch.parts { held[part.partition]?.owner.lookAgain() }
      await recover(rest)
      return false
    }
  }

  /// Commits one command and leaves the position where it is.
  private mutating func commitAlone(
    _ command: MailboxCommand, in partition: Partition, at position: RedisStreamID
  ) async throws {
    let decision = PartitionDecision(
      [command], facts: try await facts(for: [command]), limits: configuration.limits,
      buckets: held[partition]?.owner.buckets ?? PairBuckets())
    let single = [partition: Decided(decision: decision, through: position)]
    try await commit(single)
    await committed(single)
  }
}
