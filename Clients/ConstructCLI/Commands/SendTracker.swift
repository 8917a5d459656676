// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ConstructClient

/// Puts texts into the outbox as there is room, and reports each message, in their order, when it has left the outbox.
actor SendTracker {
  private let client: ConstructClient
  private let recipient: String
  private let report: @Sendable (Message) -> Void
  private let events: AsyncStream<ClientEvent>
  /// Messages that are not reported yet, in their order: never more than the outbox holds.
  private var open: [Message.ID] = []
  /// Those of them, and of later ones, that have left the outbox.
  private var settled: Set<Message.ID> = []
  private var isInputOver = false
  /// Why the input ended before its time.
  private(set) var inputFailure: (any Error)?
  /// Texts that were put into the outbox.
  private(set) var taken = 0
  /// The last reason why something waited.
  private(set) var problem: ClientError?
  /// When something last went forward; nil while nothing waits for the server.
  private(set) var lastProgress: ContinuousClock.Instant?

  init(client: ConstructClient, recipient: String, report: @escaping @Sendable (Message) -> Void) {
    self.client = client
    self.recipient = recipient
    self.report = report
    events = client.events
  }

  /// Takes one text. Throws `.tooBusy` when the outbox is full.
  func add(_ text: String) async throws(ClientError) {
    let message = try await client.send(text, to: recipient)
    open.append(message.id)
    taken += 1
    lastProgress = .now
    try await reportSettled()
  }

  /// The same, when there is room for it.
  func addWhenThereIsRoom(_ text: String) async throws(ClientError) {
    while true {
      do throws(ClientError) { return try await add(text) } catch {
        guard error.code == .tooBusy else { throw error }
        lastProgress = lastProgress ?? .now
        try await client.waitForRoom()
      }
    }
  }

  /// Takes lines, blank ones left out, until the input ends or has one that cannot be taken. What was taken before that
  /// is sent all the same.
  func addAll(of input: InputLines) async {
    do {
      for try await line in input where line.contains(where: { !$0.isWhitespace }) {
        try await addWhenThereIsRoom(line)
      }
    } catch {
      // That the time was over is no fault of the input.
      if !Task.isCancelled { inputFailure = error }
    }
  }

  /// Everything is in the outbox. Returns whether all of it has left it again.
  func inputEnded() async throws(ClientError) -> Bool {
    isInputOver = true
    try await reportSettled()
    return open.isEmpty
  }

  /// Returns when all is reported.
  func watch() async throws(ClientError) {
    for await event in events {
      switch event {
      case .settled(let message):
        if let message { settled.insert(message.id) }
        lastProgress = .now
      case .delayed(_, let error), .disconnected(let error, _):
        problem = error
        continue
      case .missed: try await lookAgain()
      default: continue
      }
      try await reportSettled()
      if isInputOver, open.isEmpty { return }
    }
  }

  /// Reports what is left, waiting or not; the last states of all.
  func reportRest() async throws(ClientError) {
    for id in open { report(try await client.message(id)) }
    open = []
  }

  private func reportSettled() async throws(ClientError) {
    while let first = open.first, settled.contains(first) {
      let message = try await client.message(first)
      // Others may have come here while the store was read.
      guard open.first == first else { continue }
      open.removeFirst()
      settled.remove(first)
      report(message)
    }
    if open.isEmpty { lastProgress = nil }
  }

  private func lookAgain() async throws(ClientError) {
    for id in open {
      if try await client.message(id).state != .waiting { settled.insert(id) }
    }
  }
}
