// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ConstructClient
import Foundation
import TestSupport
import Testing

/// A client that was written in Python from the documents talks with the SDK: what docs/api.md and docs/protocol.md
/// say is what the code does.
@Suite("Another implementation", .timeLimit(.minutes(3)))
struct InteropTests {
  @Test("a Python client and the SDK read each other, whoever begins, and see the same safety number")
  func python() async throws { try await converse(suite: 1) }

  @Test("so they do in suite 2, until messages are sent in a new epoch of the sparse ratchet", .hybridPython)
  func hybridPython() async throws {
    try await converse(suite: 2) { alice, python in
      // A KEM key and its ciphertext take 44 round trips.
      for number in 6...55 {
        try await alice.client.send("there", to: "monty")
        #expect(try await python.next("message")["text"] == "there")
        try await python.tell(["do": "send", "to": "alice", "text": "from Python \(number)"])
        try await alice.awaitReceived(number)
      }
      try await python.tell(["do": "epoch", "with": "alice"])
      #expect(try await python.next("epoch")["number"].flatMap { Int($0) } ?? 0 >= 1)
      return 55
    }
  }

  /// `more` says how many messages from Python there are then.
  private func converse(
    suite: Int, more: @escaping @Sendable (Person, PythonClient) async throws -> Int = { _, _ in 5 }
  ) async throws {
    try await Construct.with(gateways: 1, workers: 1) { construct in
      let alice = try await Person("alice", servers: construct.gateways)
      let python = try PythonClient("monty", suite: suite, server: construct.gateways[0])
      #expect(try await python.next()["event"] == "registered")
      try await alice.client.whileConnected {
        try await alice.client.send("from Swift", to: "monty")
        #expect(try await python.next("message")["text"] == "from Swift")
        for number in 1...5 {
          try await python.tell(["do": "send", "to": "alice", "text": "from Python \(number)"])
          #expect(try await python.next("accepted")["to"] == "alice")
        }
        try await alice.awaitReceived(5)
        try await alice.client.send("and back", to: "monty")
        #expect(try await python.next("message")["text"] == "and back")
        let count = try await more(alice, python)
        #expect(try await alice.texts(from: "monty") == (1...count).map { "from Python \($0)" })
      }
      try await python.tell(["do": "safetyNumber", "with": "alice"])
      let digits = try await python.next("safetyNumber")["digits"]
      #expect(try await alice.client.safetyNumber(with: "monty").groups.joined() == digits)
      try await python.tell(["do": "quit"])
      try await alice.discard()
    }
  }

  @Test("a Python client begins a conversation with the SDK")
  func pythonBegins() async throws { try await begin(suite: 1) }

  @Test("so it does in suite 2", .hybridPython)
  func hybridPythonBegins() async throws { try await begin(suite: 2) }

  private func begin(suite: Int) async throws {
    try await Construct.with(gateways: 1, workers: 1) { construct in
      let alice = try await Person("alice", servers: construct.gateways)
      let python = try PythonClient("monty", suite: suite, server: construct.gateways[0])
      #expect(try await python.next()["event"] == "registered")
      try await python.tell(["do": "send", "to": "alice", "text": "spam"])
      #expect(try await python.next("accepted")["to"] == "alice")
      try await alice.client.whileConnected {
        try await alice.awaitReceived(1)
        try await alice.client.send("eggs", to: "monty")
        #expect(try await python.next("message")["text"] == "eggs")
      }
      #expect(try await alice.texts(from: "monty") == ["spam"])
      try await python.tell(["do": "quit"])
      try await alice.discard()
    }
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips a test, and says why, where there is no Python that speaks hybrid suites. In continuous integration it fails then.
  fileprivate static var hybridPython: Self {
    .enabled(
      if: PythonClient.speaksHybridSuites || ProcessInfo.processInfo.environment["CI"] == "true",
      "there is no .construct/python: ./deploy/test-python installs the post-quantum cryptography that suite 2 needs")
  }
}

/// `Tests/Interop/interop_client.py` as a process: JSON lines in, JSON lines out.
private actor PythonClient {
  private let process = Process()
  private let input = Pipe()
  private let lines: AsyncThrowingStream<[String: String], any Error>

  private static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  /// With PyPI's post-quantum cryptography, where ./deploy/test-python could install it.
  private static let hybridPython = tests.appending(path: "../.construct/python/bin/python").path

  /// Debian's Python speaks suite 1 alone.
  static let speaksHybridSuites = FileManager.default.isExecutableFile(atPath: hybridPython)

  init(_ username: String, suite: Int, server: String) throws {
    process.executableURL = URL(filePath: suite == 1 ? "/usr/bin/python3" : Self.hybridPython)
    process.arguments = [
      Self.tests.appending(path: "Interop/interop_client.py").path, "--server", server, "--username", username,
      "--suite", "\(suite)",
    ]
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let (lines, continuation) = AsyncThrowingStream.makeStream(of: [String: String].self)
    self.lines = lines
    // Reading blocks, so it has a thread of its own, which ends with the process.
    Thread.detachNewThread { Self.read(output.fileHandleForReading, into: continuation) }
  }

  private static func read(
    _ handle: FileHandle, into lines: AsyncThrowingStream<[String: String], any Error>.Continuation
  ) {
    var pending = Data()
    do {
      while case let chunk = handle.availableData, !chunk.isEmpty {
        pending += chunk
        while let end = pending.firstIndex(of: 0x0A) {
          lines.yield(try JSONDecoder().decode([String: String].self, from: pending[..<end]))
          pending = Data(pending[(end + 1)...])
        }
      }
      lines.finish()
    } catch { lines.finish(throwing: error) }
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  func tell(_ command: [String: String]) throws {
    try input.fileHandleForWriting.write(contentsOf: JSONEncoder().encode(command) + Data("\n".utf8))
  }

  /// The next line, or the next one that tells this event.
  func next(_ event: String? = nil) async throws -> [String: String] {
    for try await line in lines where event == nil || line["event"] == event { return line }
    throw TestSupportError("the Python client has ended; are python3-msgpack, -websockets and -cryptography installed?")
  }
}
