// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import BlockingThread
import Dispatch
import Foundation
import Synchronization
import Testing

@Suite("A blocking thread", .timeLimit(.minutes(3)))
struct BlockingThreadTests {
  private struct Refusal: Error {}

  /// An actor that lives on a blocking thread.
  private actor Counter {
    private nonisolated let thread: BlockingThread
    private(set) var count = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(thread: BlockingThread) { self.thread = thread }

    func increment() -> String {
      count += 1
      return Thread.current.description
    }
  }

  @Test("work runs in the order in which it was handed over, on one thread")
  func order() async throws {
    let thread = BlockingThread(name: "order")
    let seen = Mutex<[Int]>([])
    let threads = Mutex<Set<String>>([])
    for index in 0..<1_000 {
      let isAccepted = thread.perform {
        seen.withLock { $0.append(index) }
        threads.withLock { _ = $0.insert(Thread.current.description) }
      }
      #expect(isAccepted)
    }
    await thread.shutdown()
    #expect(seen.withLock { $0 } == Array(0..<1_000))
    #expect(threads.withLock { $0.count } == 1)
  }

  @Test("a caller gets what its work returns or throws")
  func results() async throws {
    let thread = BlockingThread(name: "results")
    #expect(try await thread.run { 6 * 7 } == 42)
    await #expect(throws: Refusal.self) { try await thread.run { throw Refusal() } }
    await thread.shutdown()
  }

  @Test("a shutdown runs what was handed over and refuses what comes later")
  func shutdown() async throws {
    let thread = BlockingThread(name: "shutdown")
    let gate = DispatchSemaphore(value: 0)
    let done = Atomic(0)
    _ = thread.perform { gate.wait() }
    for _ in 0..<100 { _ = thread.perform { done.add(1, ordering: .relaxed) } }
    async let ended: Void = thread.shutdown()
    gate.signal()
    await ended
    #expect(done.load(ordering: .relaxed) == 100)
    await #expect(throws: BlockingThreadError.shutDown) { try await thread.run {} }
    await thread.shutdown()
  }

  @Test("an actor runs on the thread, and is not stranded by a shutdown")
  func executor() async throws {
    let thread = BlockingThread(name: "executor")
    let counter = Counter(thread: thread)
    let place = try await thread.run { Thread.current.description }
    await withTaskGroup { group in
      for _ in 0..<100 { group.addTask { await counter.increment() } }
      for await seen in group { #expect(seen == place) }
    }
    #expect(await counter.count == 100)
    await thread.shutdown()
    _ = await counter.increment()
    #expect(await counter.count == 101)
  }

  @Test(
    "a thread that nobody refers to ends after its work",
    .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/task")))
  func release() async throws {
    let name = "r\(UInt32.random(in: 0 ... .max))"
    do {
      let thread = BlockingThread(name: name)
      try await thread.run {}
      #expect(try threadNames().contains(name))
    }
    while try threadNames().contains(name) { await Task.yield() }
  }

  /// The names of this process's threads (proc(5)).
  private func threadNames() throws -> Set<String> {
    let folder = "/proc/self/task"
    var names: Set<String> = []
    for id in try FileManager.default.contentsOfDirectory(atPath: folder) {
      // A thread may end between the two looks.
      guard let comm = FileManager.default.contents(atPath: "\(folder)/\(id)/comm") else {
        continue
      }
      names.insert(String(decoding: comm, as: UTF8.self).trimmingCharacters(in: .newlines))
    }
    return names
  }
}
