// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import Testing
import Wire

@testable import GatewayService

@Suite("The queue of what is to be appended")
struct AppendQueueTests {
  let now = Moment(monotonic: 1_000_000, wall: 0)
  let partition = Partition.all[3]

  func connected(_ limits: AppendLimits = AppendLimits()) -> TestQueue { TestQueue(limits: limits) }

  func send(_ request: UInt64, from connection: UInt64 = 1, bytes: Int = 10) -> PartitionCommand {
    let body = [0xC5, UInt8(bytes >> 8), UInt8(bytes & 0xFF)] + [UInt8](repeating: 0, count: bytes)
    return PartitionCommand(
      send: PartitionSend(
        connection: connection, request: request, sender: TestConnection.alice.account, senderDevice: .first,
        body: body[...]))
  }

  func attach(_ connection: UInt64) -> PartitionCommand {
    PartitionCommand(
      attach: PartitionAttach(
        connection: connection, account: TestConnection.alice.account, device: .first, authenticatedAt: 1))
  }

  func detach(_ connection: UInt64) -> PartitionCommand {
    PartitionCommand(
      detach: PartitionDetach(connection: connection, account: TestConnection.alice.account, device: .first))
  }

  func acknowledge() -> PartitionCommand {
    PartitionCommand(
      acknowledge: PartitionAcknowledge(account: TestConnection.alice.account, device: .first, ranges: []))
  }

  func request(_ number: UInt64, from connection: UInt64 = 1) -> ServiceRequest {
    ServiceRequest(gateway: "gw", connection: connection, request: number, kind: 1, body: [0x80], deadline: 0)
  }

  func commands(_ batch: AppendBatch?) -> [[PartitionCommand]] {
    (batch?.entries ?? []).compactMap { if case .commands(let commands) = $0.content { commands } else { nil } }
  }

  @Test("what came together travels together, one entry for each partition, in order")
  func gathers() {
    let queue = connected()
    for number in 1...5 { #expect(queue.add(send(UInt64(number)), to: partition)) }
    #expect(queue.add(send(9), to: Partition.all[8]))
    #expect(queue.add(request(10), to: .keys))
    let batch = queue.nextBatch(at: now)
    #expect(batch?.entries.map(\.target) == [.partition(partition), .partition(Partition.all[8]), .queue(.keys)])
    #expect(commands(batch).first?.compactMap { $0.send?.request } == [1, 2, 3, 4, 5])
    #expect(queue.pendingBytes == 0)
  }

  @Test("while a pipeline is under way nothing else goes out")
  func oneAtATime() {
    let queue = connected()
    _ = queue.add(send(1), to: partition)
    #expect(queue.nextBatch(at: now) != nil)
    _ = queue.add(send(2), to: partition)
    #expect(queue.nextBatch(at: now) == nil)
    #expect(queue.completed(successes: [true], lengths: [], at: now).isEmpty)
    #expect(commands(queue.nextBatch(at: now)).first?.compactMap { $0.send?.request } == [2])
  }

  @Test("an entry is bounded by commands and by bytes, and the rest follows in order")
  func entryBounds() {
    let queue = connected(AppendLimits(commandsPerEntry: 3, bytesPerEntry: 1_000))
    for number in 1...7 { _ = queue.add(send(UInt64(number)), to: partition) }
    for number in 8...10 { _ = queue.add(send(UInt64(number), bytes: 900), to: partition) }
    var entries: [[UInt64]] = []
    while let batch = queue.nextBatch(at: now) {
      #expect(batch.entries.count == 1)
      entries += commands(batch).map { $0.compactMap { $0.send?.request } }
      _ = queue.completed(successes: [true], lengths: [], at: now)
    }
    #expect(entries == [[1, 2, 3], [4, 5, 6], [7, 8], [9, 10]])
    #expect(queue.isIdle)
  }

  @Test("a pipeline is bounded, and what it leaves behind comes first in the next")
  func batchBounds() {
    let queue = connected(AppendLimits(bytesPerBatch: 1_000, requestsPerBatch: 2))
    for number in 0..<4 { _ = queue.add(send(UInt64(number), bytes: 600), to: Partition.all[number]) }
    for number in 1...3 { _ = queue.add(request(UInt64(number)), to: .auth) }
    let first = queue.nextBatch(at: now)
    #expect(
      first?.entries.map(\.target) == [
        .partition(Partition.all[0]), .partition(Partition.all[1]), .queue(.auth), .queue(.auth),
      ])
    _ = queue.completed(successes: [true, true, true, true], lengths: [], at: now)
    _ = queue.add(send(9), to: Partition.all[0])
    let second = queue.nextBatch(at: now)
    #expect(
      second?.entries.map(\.target) == [.partition(Partition.all[2]), .partition(Partition.all[3]), .queue(.auth)])
  }

  @Test("what waits behind a failed message of the same connection fails with it, and nobody else's")
  func failure() {
    let queue = connected()
    _ = queue.add(send(1, from: 1), to: partition)
    _ = queue.add(request(2, from: 3), to: .keys)
    _ = queue.nextBatch(at: now)
    _ = queue.add(send(3, from: 1), to: partition)
    _ = queue.add(send(4, from: 2), to: partition)
    _ = queue.add(send(5, from: 1), to: Partition.all[9])
    _ = queue.add(request(6, from: 3), to: .keys)
    let failures = queue.completed(successes: [false, false], lengths: [], at: now)
    #expect(
      failures == [AppendFailure(connection: 1, requests: [1, 3, 5]), AppendFailure(connection: 3, requests: [2])])
    #expect(queue.nextBatch(at: now) == nil, "it pauses after a refusal")
    var later = now
    later.monotonic += queue.limits.retryInterval
    let next = queue.nextBatch(at: later)
    #expect(commands(next).first?.compactMap { $0.send?.request } == [4])
    #expect(next?.entries.count == 2)
  }

  @Test("attachments and detachments that were refused go out again, before what came later")
  func attachmentsAgain() {
    let queue = connected()
    for command in [attach(1), acknowledge(), send(1)] { _ = queue.add(command, to: partition) }
    _ = queue.nextBatch(at: now)
    _ = queue.add(detach(1), to: partition)
    #expect(queue.completed(successes: [false], lengths: [], at: now) == [AppendFailure(connection: 1, requests: [1])])
    var later = now
    later.monotonic += queue.limits.retryInterval
    #expect(commands(queue.nextBatch(at: later)) == [[attach(1), detach(1)]])
  }

  @Test("a lost connection fails everything that waits, and keeps the detachments")
  func lost() {
    let queue = connected()
    for command in [send(1), attach(2), detach(3)] { _ = queue.add(command, to: partition) }
    _ = queue.nextBatch(at: now)
    for command in [send(4), acknowledge(), attach(5), detach(6)] { _ = queue.add(command, to: partition) }
    _ = queue.add(request(7, from: 9), to: .push)
    #expect(
      queue.disconnected() == [
        AppendFailure(connection: 1, requests: [1, 4]), AppendFailure(connection: 9, requests: [7]),
      ])
    #expect(queue.nextBatch(at: now) == nil)
    #expect(!queue.add(send(8), to: partition))
    #expect(!queue.add(request(8), to: .auth))
    #expect(queue.add(detach(10), to: partition))
    #expect(queue.completed(successes: [true], lengths: [], at: now).isEmpty, "nothing is under way any more")
    queue.connected()
    #expect(commands(queue.nextBatch(at: now)) == [[detach(3), detach(6), detach(10)]])
    #expect(queue.pendingBytes == 0)
  }

  @Test("a stream that is too long is refused until it has been looked at again")
  func congestion() throws {
    let queue = connected(AppendLimits(streamLength: 100))
    _ = queue.add(send(1), to: partition)
    let first = try #require(queue.nextBatch(at: now))
    #expect(first.probes == [.partition(partition)])
    _ = queue.completed(successes: [true], lengths: [101], at: now)
    #expect(!queue.add(send(2), to: partition))
    #expect(queue.add(send(3), to: Partition.all[4]), "another stream is not concerned")
    #expect(queue.add(acknowledge(), to: partition), "what shortens it is taken")
    var time = now
    _ = queue.nextBatch(at: time)
    _ = queue.completed(successes: [true, true], lengths: [5], at: time)
    #expect(queue.nextBatch(at: time) == nil)
    time.monotonic += queue.limits.retryInterval
    let probe = try #require(queue.nextBatch(at: time))
    #expect(probe.entries.isEmpty)
    #expect(probe.probes == [.partition(partition)])
    _ = queue.completed(successes: [], lengths: [100], at: time)
    #expect(queue.add(send(4), to: partition))
  }

  @Test("the length of a stream in use is asked for once in a while, not with every batch")
  func probes() {
    let queue = connected()
    var time = now
    var probes = 0
    for number in 0..<100 {
      _ = queue.add(send(UInt64(number)), to: partition)
      probes += queue.nextBatch(at: time)?.probes.count ?? 0
      _ = queue.completed(successes: [true], lengths: [3], at: time)
      time.monotonic += 50
    }
    #expect(probes == 5)
  }

  @Test("what waits is bounded in bytes: requests are refused, acknowledgements forgotten, attachments kept")
  func pendingBytes() {
    let queue = connected(AppendLimits(pendingBytes: 1_000))
    #expect(queue.add(send(1, bytes: 2_000), to: partition))
    #expect(!queue.add(send(2), to: partition))
    #expect(!queue.add(request(3), to: .auth))
    #expect(queue.add(acknowledge(), to: partition))
    #expect(queue.add(attach(4), to: partition))
    #expect(commands(queue.nextBatch(at: now)) == [[send(1, bytes: 2_000), attach(4)]])
  }

  @Test("a batch becomes one XADD for each entry and one XLEN for each probe")
  func redisCommands() throws {
    let queue = connected()
    _ = queue.add(send(1), to: partition)
    _ = queue.add(request(2), to: .auth)
    let batch = try #require(queue.nextBatch(at: now))
    let commands = batch.commands(gateway: "gw-1").map { $0.arguments }
    #expect(commands.count == 4)
    #expect(
      commands[0].prefix(4).map { String(decoding: $0, as: UTF8.self) } == ["XADD", "construct:partition:3", "*", "r"])
    let entry = try PartitionCommands(encoded: commands[0][4])
    #expect(entry == PartitionCommands(gateway: "gw-1", commands: [send(1)]))
    #expect(String(decoding: commands[1][1], as: UTF8.self) == "construct:queue:auth")
    #expect(try ServiceRequest(encoded: commands[1][4]) == request(2))
    #expect(commands[2...].allSatisfy { String(decoding: $0[0], as: UTF8.self) == "XLEN" })
    #expect(batch.commandCount == 2)
  }
}
