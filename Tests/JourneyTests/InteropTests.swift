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
  @Test(
    "a Python client and the SDK read each other, whoever begins, and see the same safety number",
    arguments: PythonClient.suites)
  func python(suite: Int) async throws {
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
      }
      #expect(try await alice.texts(from: "monty") == (1...5).map { "from Python \($0)" })
      try await python.tell(["do": "safetyNumber", "with": "alice"])
      let digits = try await python.next("safetyNumber")["digits"]
      #expect(try await alice.client.safetyNumber(with: "monty").groups.joined() == digits)
      try await python.tell(["do": "quit"])
      try await alice.discard()
    }
  }

  @Test("a Python client begins a conversation with the SDK", arguments: PythonClient.suites)
  func pythonBegins(suite: Int) async throws {
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

/// `Tests/Interop/interop_client.py` as a process: JSON lines in, JSON lines out.
private actor PythonClient {
  private let process = Process()
  private let input = Pipe()
  private let lines: AsyncThrowingStream<[String: String], any Error>

  private static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  /// With PyPI's post-quantum cryptography, where ./deploy/test-python could install it.
  private static let hybridPython = tests.appending(path: "../.construct/python/bin/python").path

  /// Debian's Python speaks suite 1 alone.
  static let suites = FileManager.default.isExecutableFile(atPath: hybridPython) ? [1, 2] : [1]

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
