// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Redis
import Wire

/// What the loop has to see to beside its batches.
struct Chores: Sendable {
  /// How long gateways may take to announce themselves again after Redis has lost its data, in milliseconds.
  static let lossMilliseconds: UInt64 = 15_000

  /// Partitions whose devices the gateways were not asked for yet.
  var unasked: Set<Partition> = []
  /// Gateways that could not be asked because their streams were full, with what they are to be asked for.
  var owed: [String: Set<Partition>] = [:]
  /// Partitions whose streams were not looked at since they were taken over or Redis was connected to anew.
  var unsecured: Set<Partition> = []
  /// Partitions with entries that are committed and not trimmed.
  var untrimmed: Set<Partition> = []
  /// Gateways that were alive at the last look.
  var gateways: Set<String> = []
  /// Until then a gateway that appears may be one whose announcement Redis has lost, so it is asked, too.
  var appearancesMatterUntil = Moment(milliseconds: 0)
  /// Connections to Redis as of the last look, the reader's and the commands'; 0 for none yet.
  var generations: [UInt64] = [0, 0]
  /// When the next look is due.
  var due = Moment(milliseconds: 0)

  mutating func takenOver(_ partition: Partition) {
    unasked.insert(partition)
    unsecured.insert(partition)
    untrimmed.insert(partition)
    due = Moment(milliseconds: 0)
  }

  mutating func moved(_ partition: Partition) { untrimmed.insert(partition) }
}

extension PartitionLoop {
  /// Once a second, and at once after partitions were taken over or Redis was connected to anew.
  mutating func doChores() async {
    let now = clock.now()
    let generations = [redis.connectionGeneration, reader.connectionGeneration]
    guard now >= chores.due || generations != chores.generations else { return }
    chores.due = now + configuration.choresInterval
    let hasReconnected = zip(chores.generations, generations).contains { $0 > 0 && $0 != $1 }
    var effects = DeliveryEffects()
    for partition in held.keys {
      if let more = held[partition]?.owner.passed(now) { effects.add(more) }
    }
    await tell(effects)
    do {
      // First, because it is what makes room in a Redis that is full, while the rest writes into it.
      try await trim()
      try await secureStreams(all: hasReconnected)
      try await lookAtGateways()
      chores.generations = generations
    } catch {
      logger.warning("chores wait for Redis", metadata: ["error": "\(error)"])
    }
  }

  /// Repairs streams and finds out whether Redis has lost its data, after which everybody attaches again.
  private mutating func secureStreams(all: Bool) async throws {
    chores.unsecured.formIntersection(held.keys)
    let isStanding = try await streams.areStanding(Set(held.keys).subtracting(chores.unsecured))
    if all || !isStanding {
      chores.unsecured = Set(held.keys)
      chores.unasked = Set(held.keys)
      chores.appearancesMatterUntil = clock.now() + Chores.lossMilliseconds
    }
    guard !chores.unsecured.isEmpty else { return }
    let positions = held.filter { chores.unsecured.contains($0.key) }.mapValues(\.position)
    let repaired = try await streams.secure(positions)
    chores.unsecured = []
    chores.unasked.formUnion(repaired)
    // Detachments may be among what is lost. Whoever is still there attaches again when asked.
    var effects = DeliveryEffects()
    for partition in repaired {
      if let more = held[partition]?.owner.keep(gateways: []) { effects.add(more) }
    }
    await tell(effects)
  }

  private mutating func lookAtGateways() async throws {
    let alive = try await directory.alive()
    var effects = DeliveryEffects()
    for partition in held.keys {
      if let more = held[partition]?.owner.keep(gateways: alive) { effects.add(more) }
    }
    await tell(effects)
    chores.unasked.formIntersection(held.keys)
    let isAfterLoss = clock.now() < chores.appearancesMatterUntil
    let appeared = isAfterLoss ? alive.subtracting(chores.gateways) : []
    var questions = chores.owed.filter { alive.contains($0.key) }.mapValues { $0.intersection(held.keys) }
    for gateway in alive {
      questions[gateway, default: []].formUnion(appeared.contains(gateway) ? Set(held.keys) : chores.unasked)
    }
    chores.owed = questions
    for (partitions, gateways) in Dictionary(grouping: questions, by: \.value) {
      let names = Set(gateways.map(\.key))
      let full = try await writer.ask(for: partitions, gateways: names)
      for gateway in names.subtracting(full) { chores.owed[gateway] = nil }
    }
    chores.gateways = alive
    chores.unasked = []
  }

  private mutating func trim() async throws {
    let positions = held.filter { chores.untrimmed.contains($0.key) }.mapValues(\.position)
    try await streams.trim(positions)
    chores.untrimmed = []
  }
}
