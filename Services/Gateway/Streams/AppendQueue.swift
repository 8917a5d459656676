// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// Gathers what the connections of one event loop want appended, one pipeline at a time, without doing it.
///
/// While a pipeline is under way everything else waits and goes into the next one, so batches grow with the load.
/// When an append fails, the `Send`s of the same connections that wait behind it fail with it: nothing is appended that
/// came later than what failed. Attachments and detachments are tried again, acknowledgements are forgotten because the
/// deliveries will come again.
struct AppendQueue: Sendable {
  private struct Waiting {
    var commands: [PartitionCommand] = []
    var bytes = 0
  }

  private struct Length {
    var entries: Int64 = 0
    var checkedAt: UInt64?
  }

  let limits: AppendLimits
  private var partitions: [Partition: Waiting] = [:]
  /// The partitions in which something waits, in the order in which it began to.
  private var order: [Partition] = []
  private var requests: [(queue: ServiceQueue, request: ServiceRequest)] = []
  private var lengths: [StreamTarget: Length] = [:]
  /// Streams that something was refused for since they were looked at, so that another look is worth it.
  private var wanted: Set<StreamTarget> = []
  private(set) var pendingBytes = 0
  private(set) var inFlight: AppendBatch?
  private(set) var isConnected = false
  /// By the monotonic clock; after a refusal of the server.
  private var pausedUntil: UInt64 = 0

  init(limits: AppendLimits = AppendLimits()) {
    self.limits = limits
  }

  /// Whether everything that was taken has been appended or has failed.
  var isIdle: Bool { inFlight == nil && order.isEmpty && requests.isEmpty }

  /// - Returns: false if a `Send` is refused.
  mutating func add(_ command: PartitionCommand, to partition: Partition) -> Bool {
    if command.send != nil {
      guard isConnected, pendingBytes < limits.pendingBytes, hasRoom(.partition(partition)) else { return false }
    } else if command.acknowledge != nil {
      guard isConnected, pendingBytes < limits.pendingBytes, hasRoom(.partition(partition)) else { return true }
    } else if command.detach != nil {
      // Delivery finds out by itself when nobody acknowledges; what waits for Redis must not grow with who comes and goes.
      guard pendingBytes < limits.pendingBytes else { return true }
    } else if command.attach != nil {
      // The next connection to Redis begins with all attachments.
      guard isConnected else { return true }
    }
    let bytes = command.estimatedBytes
    pendingBytes += bytes
    if partitions[partition, default: Waiting()].commands.isEmpty { order.append(partition) }
    partitions[partition, default: Waiting()].commands.append(command)
    partitions[partition, default: Waiting()].bytes += bytes
    return true
  }

  /// - Returns: false if the request is refused.
  mutating func add(_ request: ServiceRequest, to queue: ServiceQueue) -> Bool {
    guard isConnected, pendingBytes < limits.pendingBytes, hasRoom(.queue(queue)) else { return false }
    pendingBytes += request.estimatedBytes
    requests.append((queue, request))
    return true
  }

  private mutating func hasRoom(_ target: StreamTarget) -> Bool {
    guard let length = lengths[target], length.entries > limits.streamLength else { return true }
    wanted.insert(target)
    return false
  }
}

extension AppendQueue {
  /// What to send now; nil while a pipeline is under way or there is nothing to do.
  mutating func nextBatch(at now: Moment) -> AppendBatch? {
    guard inFlight == nil, isConnected, now.monotonic >= pausedUntil else { return nil }
    var batch = AppendBatch()
    takeCommands(into: &batch)
    takeRequests(into: &batch)
    takeProbes(into: &batch, at: now)
    guard !batch.isEmpty else { return nil }
    inFlight = batch
    return batch
  }

  private mutating func takeCommands(into batch: inout AppendBatch) {
    var bytes = 0
    var taken = 0
    var unfinished: [Partition] = []
    for partition in order where bytes < limits.bytesPerBatch {
      taken += 1
      guard let (commands, size) = takeEntry(of: partition) else { continue }
      bytes += size
      batch.entries.append(AppendBatch.Entry(target: .partition(partition), content: .commands(commands)))
      if partitions[partition]?.commands.isEmpty == false { unfinished.append(partition) }
    }
    order.removeFirst(taken)
    order += unfinished
    pendingBytes -= bytes
  }

  private mutating func takeEntry(of partition: Partition) -> ([PartitionCommand], bytes: Int)? {
    guard let waiting = partitions.removeValue(forKey: partition), !waiting.commands.isEmpty else { return nil }
    if waiting.commands.count <= limits.commandsPerEntry, waiting.bytes <= limits.bytesPerEntry {
      return (waiting.commands, waiting.bytes)
    }
    var bytes = 0
    let head = waiting.commands.prefix(limits.commandsPerEntry).prefix { command in
      guard bytes < limits.bytesPerEntry else { return false }
      bytes += command.estimatedBytes
      return true
    }
    let rest = Array(waiting.commands[head.endIndex...])
    if !rest.isEmpty { partitions[partition] = Waiting(commands: rest, bytes: waiting.bytes - bytes) }
    return (Array(head), bytes)
  }

  private mutating func takeRequests(into batch: inout AppendBatch) {
    var bytes = 0
    let head = requests.prefix(limits.requestsPerBatch).prefix { _, request in
      guard bytes < limits.bytesPerBatch else { return false }
      bytes += request.estimatedBytes
      return true
    }
    for (queue, request) in head {
      batch.entries.append(AppendBatch.Entry(target: .queue(queue), content: .request(request)))
    }
    requests.removeFirst(head.count)
    pendingBytes -= bytes
  }

  private mutating func takeProbes(into batch: inout AppendBatch, at now: Moment) {
    for entry in batch.entries where isDue(entry.target, after: limits.lengthInterval, at: now) {
      lengths[entry.target, default: Length()].checkedAt = now.monotonic
      batch.probes.append(entry.target)
    }
    for target in wanted where isDue(target, after: limits.retryInterval, at: now) {
      lengths[target, default: Length()].checkedAt = now.monotonic
      if !batch.probes.contains(target) { batch.probes.append(target) }
    }
  }

  private func isDue(_ target: StreamTarget, after interval: UInt64, at now: Moment) -> Bool {
    guard let checkedAt = lengths[target]?.checkedAt else { return true }
    return now.elapsed(since: checkedAt) >= interval
  }
}

extension AppendQueue {
  /// The pipeline was answered.
  /// - Parameters:
  ///   - successes: for each entry, whether it was appended.
  ///   - lengths: for each probe, the length, if it was told.
  mutating func completed(successes: [Bool], lengths found: [Int64?], at now: Moment) -> [AppendFailure] {
    guard let batch = inFlight else { return [] }
    inFlight = nil
    for (target, entries) in zip(batch.probes, found) {
      lengths[target] = Length(entries: entries ?? 0, checkedAt: now.monotonic)
      wanted.remove(target)
    }
    var failures = FailureCollector()
    for (index, entry) in batch.entries.enumerated() where !(index < successes.count && successes[index]) {
      failures.add(entry.content)
      if case .commands(let commands) = entry.content, case .partition(let partition) = entry.target {
        putBack(commands.filter { $0.attach != nil || $0.detach != nil }, to: partition)
      }
      pausedUntil = now.monotonic + limits.retryInterval
    }
    let concerned = failures.senders
    if !concerned.isEmpty {
      removeCommands { command in
        guard let send = command.send, concerned.contains(send.connection) else { return false }
        failures.add(send)
        return true
      }
    }
    return failures.list
  }

  private mutating func putBack(_ commands: [PartitionCommand], to partition: Partition) {
    guard !commands.isEmpty else { return }
    let bytes = commands.reduce(0) { $0 + $1.estimatedBytes }
    var waiting = partitions[partition] ?? Waiting()
    if waiting.commands.isEmpty { order.append(partition) }
    waiting.commands.insert(contentsOf: commands, at: 0)
    waiting.bytes += bytes
    pendingBytes += bytes
    partitions[partition] = waiting
  }

  private mutating func removeCommands(where isUnwanted: (PartitionCommand) -> Bool) {
    for partition in order {
      guard var waiting = partitions[partition] else { continue }
      waiting.commands.removeAll { command in
        guard isUnwanted(command) else { return false }
        waiting.bytes -= command.estimatedBytes
        pendingBytes -= command.estimatedBytes
        return true
      }
      partitions[partition] = waiting.commands.isEmpty ? nil : waiting
    }
    order.removeAll { partitions[$0] == nil }
  }
}

extension AppendQueue {
  /// The connection to Redis is gone, and what was appended perhaps, too. Everything that waits for an answer fails;
  /// detachments stay, attachments are made anew after `connected()`.
  mutating func disconnected() -> [AppendFailure] {
    isConnected = false
    lengths = [:]
    wanted = []
    pausedUntil = 0
    var failures = FailureCollector()
    let batch = inFlight ?? AppendBatch()
    inFlight = nil
    for entry in batch.entries {
      failures.add(entry.content)
      if case .commands(let commands) = entry.content, case .partition(let partition) = entry.target {
        putBack(commands.filter { $0.detach != nil }, to: partition)
      }
    }
    removeCommands { command in
      if let send = command.send { failures.add(send) }
      return command.detach == nil
    }
    for (_, request) in requests {
      failures.add(.request(request))
      pendingBytes -= request.estimatedBytes
    }
    requests = []
    return failures.list
  }

  mutating func connected() {
    isConnected = true
  }
}
