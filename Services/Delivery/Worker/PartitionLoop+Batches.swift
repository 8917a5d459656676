// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Logging
import Redis
import ServiceKit
import ServiceLifecycle
import Wire

extension PartitionLoop {
  /// What a batch comes to for one partition.
  struct Decided {
    let decision: PartitionDecision
    let through: RedisStreamID
  }

  /// Decides, commits and tells.
  /// - Returns: whether to go on with the next batch; otherwise the streams are to be read again.
  mutating func process(_ whole: DeliveryBatch) async -> Bool {
    let standing = await leases.standing().held
    let batch = whole.filtered { held[$0] != nil && standing[$0]?.epoch == held[$0]?.epoch }
    guard !batch.parts.isEmpty else { return false }
    var decided: [Partition: Decided] = [:]
    do {
      let facts = try await facts(for: batch.parts.flatMap(\.commands))
      for part in batch.parts {
        let decision = PartitionDecision(
          part.commands, facts: facts, limits: configuration.limits,
          buckets: held[part.partition]?.owner.buckets ?? PairBuckets())
        decided[part.partition] = Decided(decision: decision, through: part.through)
      }
      try await commit(decided)
      await committed(decided)
      pause.reset()
      // What was left out has to be read again before anything behind it may be committed.
      return batch.parts.count == whole.parts.count
    } catch {
      metrics.failedBatches.increment()
      logger.warning("a batch was not committed", metadata: ["error": "\(error)"])
      if StoreFailure(error) == .refused { return await isolate(batch) }
      // A statement that was fenced has certainly written nothing: a position that has moved was moved by another
      // attempt, which may have decided otherwise.
      await recover(error as? DeliveryError == .fenced ? [:] : decided)
      return false
    }
  }

  func facts(for commands: [MailboxCommand]) async throws -> MailboxFacts {
    var questions = MailboxQuestions()
    questions.add(commands)
    return try await store.facts(questions)
  }

  /// Wakes whom the batch is for, then commits it.
  func commit(_ decided: [Partition: Decided]) async throws {
    var writes = MailboxWrites()
    var advances: [PartitionAdvance] = []
    var wakeUps = DeliveryEffects()
    for (partition, part) in decided {
      guard let held = held[partition] else { continue }
      writes.add(part.decision.writes)
      advances.append(
        PartitionAdvance(partition: partition, epoch: held.epoch, from: held.position, to: part.through))
      wakeUps.add(held.owner.wakeUps(for: part.decision))
    }
    writes.wake(wakeUps.wakeUps.keys, isHandedOver: await writer.wake(wakeUps.wakeUps))
    let begun = clock.now()
    try await store.commit(writes, advancing: advances)
    metrics.committed(writes, milliseconds: begun.milliseconds(until: clock.now()))
  }

  mutating func committed(_ decided: [Partition: Decided]) async {
    var effects = DeliveryEffects()
    let now = clock.now()
    for (partition, part) in decided.sorted(by: { $0.key < $1.key }) {
      guard let more = held[partition]?.owner.apply(part.decision, at: now) else { continue }
      held[partition]?.position = part.through
      chores.moved(partition)
      effects.add(more)
    }
    await tell(effects)
  }

  /// Finds out what stands after a commit that failed or whose outcome is unknown, as soon as PostgreSQL says so.
  ///
  /// A position that has moved to where the batch ends means that it was committed, all of it. One that has moved
  /// elsewhere means that an earlier attempt has come through late: then every device looks into its mailbox again.
  mutating func recover(_ decided: [Partition: Decided]) async {
    while !Task.isShuttingDownGracefully, await pause.wait() {
      do {
        let owned = try await leases.refresh()
        held = held.filter { owned[$0.key]?.epoch == $0.value.epoch }
        let moved = held.filter { owned[$0.key]?.position != $0.value.position }
        await committed(decided.filter { moved[$0.key] != nil && owned[$0.key]?.position == $0.value.through })
        for partition in moved.keys {
          guard let position = owned[partition]?.position, position != held[partition]?.position else { continue }
          held[partition]?.position = position
          held[partition]?.owner.lookAgain()
          // The other attempt's attachments are not known here.
          chores.unasked.insert(partition)
        }
        return
      } catch {
        logger.warning("positions wait for PostgreSQL", metadata: ["error": "\(error)"])
      }
    }
  }
}
