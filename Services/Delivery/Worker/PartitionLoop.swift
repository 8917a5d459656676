// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Redis
import ServiceKit
import ServiceLifecycle
import Wire

/// The loop of a worker: reads the streams of its partitions, commits, tells.
///
/// One pass is one read, one transaction for each batch that was read, and one round of pages for devices that catch
/// up. Nothing beside it touches its state, which so needs no lock, and a message that finds an idle worker is through
/// in one pass.
struct PartitionLoop {
  /// What is kept of a partition while its lease is held.
  struct Held {
    var owner: PartitionOwner
    let epoch: Int64
    /// The last entry whose effects are committed.
    var position: RedisStreamID
  }

  let configuration: DeliveryConfiguration
  let store: MailboxStore
  let leases: PartitionLeases
  let writer: EffectsWriter
  let directory: GatewayDirectory
  let streams: StreamGuard
  let redis: RedisClient
  let clock: MonotonicClock
  let logger: Logger
  let metrics = DeliveryMetrics()

  var reader: PartitionReader
  var held: [Partition: Held] = [:]
  var chores = Chores()
  /// Grows while PostgreSQL fails; between failures that a look at the positions did not heal.
  var pause = RetryPause()
  /// Where the next round of pages begins, so that no partition always comes last.
  var firstForPages = 0

  /// Works until the service is asked to end. What was begun is finished.
  mutating func run() async {
    while !Task.isCancelled && !Task.isShuttingDownGracefully {
      await adopt()
      await doChores()
      guard !held.isEmpty else {
        // Without a share there is nothing to wait on but the next renewal.
        do { try await Task.sleep(for: .milliseconds(50)) } catch { return }
        continue
      }
      await pass()
      await readPages()
    }
  }

  /// Follows the leases: takes up what is new, drops what is lost, gives back what is too much.
  private mutating func adopt() async {
    let standing = await leases.standing()
    held = held.filter { standing.held[$0.key]?.epoch == $0.value.epoch }
    for (partition, lease) in standing.held where held[partition] == nil {
      held[partition] = Held(
        owner: PartitionOwner(partition: partition, settings: configuration.devices), epoch: lease.epoch,
        position: lease.position)
      chores.takenOver(partition)
    }
    guard !standing.surplus.isEmpty else { return }
    do {
      try await leases.release(standing.surplus)
    } catch {
      // They stay owned, come back with the next renewal, and are surplus again.
      logger.warning("partitions could not be given back", metadata: ["error": "\(error)"])
    }
  }

  private mutating func pass() async {
    let isCatchingUp = held.values.contains { $0.owner.wantsPages }
    do {
      let found = try await reader.read(
        after: held.mapValues(\.position), waitMilliseconds: isCatchingUp ? 0 : configuration.readWaitMilliseconds)
      let bounds = DeliveryBatch.Bounds(commands: configuration.batch)
      for batch in DeliveryBatch.batches(of: found, bounds: bounds) {
        // What a failed batch leaves behind is read again.
        guard await process(batch) else { break }
      }
    } catch {
      guard error.code != .cancelled else { return }
      logger.warning("streams cannot be read", metadata: ["error": "\(error)"])
      _ = await pause.wait()
    }
  }

  /// Tells others what has come of it; who could not be reached is not sent anything before what was lost.
  mutating func tell(_ effects: DeliveryEffects) async {
    metrics.told(effects)
    let lost = await writer.write(effects)
    guard !lost.isEmpty else { return }
    for partition in held.keys { held[partition]?.owner.lost(lost) }
  }

  /// One round of pages for devices that catch up.
  private mutating func readPages() async {
    let owners = held.keys.sorted()
    var requests: [MailboxPageRequest] = []
    for offset in owners.indices where requests.count < configuration.pages {
      let partition = owners[(firstForPages + offset) % owners.count]
      let room = configuration.pages - requests.count
      requests += held[partition]?.owner.nextPages(atMost: room) ?? []
    }
    guard !requests.isEmpty else { return }
    firstForPages += 1
    do {
      var effects = DeliveryEffects()
      for page in try await store.pages(requests) {
        let partition = Partition(of: page.request.device.account)
        let now = clock.now()
        if let more = held[partition]?.owner.received(page, at: now) { effects.add(more) }
      }
      await tell(effects)
      pause.reset()
    } catch {
      logger.warning("mailboxes cannot be read", metadata: ["error": "\(error)"])
      for request in requests { held[Partition(of: request.device.account)]?.owner.failed([request]) }
      _ = await pause.wait()
    }
  }
}
