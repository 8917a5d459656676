// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Wire

/// Takes deliveries into the store and acknowledges what is durable there.
///
/// Deliveries are processed in their order, many in one transaction. A sender whose account record has to be fetched
/// first holds up its own messages and nobody else's.
actor MailboxReceiver {
  /// Deliveries in one transaction.
  static let batch = 64

  private struct Blocked {
    let needs: AccountID
    var deliveries: [Deliver] = []
    /// Accounts that were looked up for these deliveries already, with what to call one that still cannot be read.
    let lookedUp: [AccountID: UnreadableReason]
  }

  private let link: OnlineLink
  private let preKeyUsed: WakeSignal
  /// A message may put something into the outbox: a request for one that cannot be read, or what such a request asks for.
  private let outboxChanged: WakeSignal
  /// By sender.
  private var blocked: [AccountID: Blocked] = [:]
  /// Senders whose look-up is over, with what to call what still cannot be read for want of that account.
  private var lookedUp: [(sender: AccountID, reason: UnreadableReason)] = []
  /// The greatest sequence number that came over this connection.
  private var lastSequence: UInt64 = 0
  private var isDrained = false
  /// What others than this one have yet to do in a visit.
  private var errands: Set<Errand> = [.keys, .outbox]

  init(link: OnlineLink, preKeyUsed: WakeSignal, outboxChanged: WakeSignal) {
    self.link = link
    self.preKeyUsed = preKeyUsed
    self.outboxChanged = outboxChanged
  }

  /// Runs until the connection ends or the task is cancelled; the server's demand if it is going away.
  func run() async throws(ClientError) -> Draining? {
    let result = await withTaskGroup { group -> Result<Draining?, ClientError> in
      defer { group.cancelAll() }
      do throws(ClientError) {
        while let pushes = await link.connection.pushes.next(atMost: Self.batch) {
          var deliveries: [Deliver] = []
          var hasEndOfBacklog = false
          for push in pushes {
            switch push {
            case .deliver(let delivery):
              guard isInTurn(behind: delivery.previous) else { return .failure(ClientError(.connectionLost)) }
              lastSequence = max(lastSequence, delivery.sequence)
              deliveries.append(delivery)
            case .mailboxDrained(let end):
              guard isInTurn(behind: end.previous) else { return .failure(ClientError(.connectionLost)) }
              hasEndOfBacklog = true
            case .draining(let draining):
              try await process(deliveries, in: &group)
              return .success(draining)
            case .wake: break
            }
          }
          try await process(deliveries, in: &group)
          try await processLookedUp(in: &group)
          if hasEndOfBacklog { isDrained = true }
          tellIfCaughtUp()
        }
        return .success(nil)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// Whether the delivery before this one has come. If it was lost between the server and here, nothing that follows is
  /// taken: over a new connection all of it comes again, in order.
  private func isInTurn(behind previous: UInt64) -> Bool {
    if previous <= lastSequence { return true }
    link.logger.warning("a delivery is missing", metadata: ["last": "\(lastSequence)", "previous": "\(previous)"])
    return false
  }

  private func process(_ deliveries: [Deliver], in group: inout TaskGroup<Void>) async throws(ClientError) {
    var ready: [Deliver] = []
    for delivery in deliveries {
      if blocked[delivery.sender] == nil { ready.append(delivery) } else { try hold(delivery) }
    }
    try await receive(ready, lookedUp: [:], in: &group)
  }

  private func processLookedUp(in group: inout TaskGroup<Void>) async throws(ClientError) {
    while let (sender, reason) = lookedUp.popLast() {
      guard let waiting = blocked.removeValue(forKey: sender) else { continue }
      // What one look-up says is about one account. A copy of what was sent to somebody else may need that one next.
      let lookedUp = waiting.lookedUp.merging([waiting.needs: reason]) { _, new in new }
      let deliveries = waiting.deliveries
      for start in stride(from: 0, to: deliveries.count, by: Self.batch) {
        let batch = Array(deliveries[start..<min(start + Self.batch, deliveries.count)])
        if blocked[sender] == nil {
          try await receive(batch, lookedUp: lookedUp, in: &group)
        } else {
          for delivery in batch { try hold(delivery) }
        }
      }
    }
  }

  /// The server repeats what it does not see acknowledged; each is held once. None of them is acknowledged, so there are
  /// no more than a server may send ahead.
  private func hold(_ delivery: Deliver) throws(ClientError) {
    if blocked[delivery.sender]?.deliveries.contains(where: { $0.sequence == delivery.sequence }) == true { return }
    let held = blocked.values.reduce(0) { $0 + $1.deliveries.count }
    guard held < GatewayConnection.pushCapacity else { throw ClientError(.protocolViolation) }
    blocked[delivery.sender]?.deliveries.append(delivery)
  }

  private func receive(
    _ deliveries: [Deliver], lookedUp: [AccountID: UnreadableReason], in group: inout TaskGroup<Void>
  ) async throws(ClientError) {
    if deliveries.isEmpty { return }
    let now = link.clock.now()
    let outcomes = try await link.store.write { transaction in
      var outcomes: [DeliveryOutcome] = []
      var held: [AccountID: AccountID] = [:]
      for delivery in deliveries {
        if let needed = held[delivery.sender] {
          outcomes.append(.needsAccount(needed))
          continue
        }
        let outcome = try transaction.receive(delivery, lookedUp: lookedUp, now: now)
        if case .needsAccount(let needed) = outcome { held[delivery.sender] = needed }
        outcomes.append(outcome)
      }
      return outcomes
    }
    var acknowledged: [UInt64] = []
    for (delivery, outcome) in zip(deliveries, outcomes) {
      switch outcome {
      case .stored(let message, let usedPreKey):
        acknowledged.append(delivery.sequence)
        if usedPreKey { preKeyUsed.signal() }
        if case .unreadable = message.state { outboxChanged.signal() }
        link.events.tell(.received(message))
      case .silent(let usedPreKey):
        acknowledged.append(delivery.sequence)
        if usedPreKey { preKeyUsed.signal() }
        outboxChanged.signal()
      case .duplicate: acknowledged.append(delivery.sequence)
      case .needsAccount(let account):
        if blocked[delivery.sender] == nil {
          blocked[delivery.sender] = Blocked(needs: account, lookedUp: lookedUp)
          let sender = delivery.sender
          group.addTask { await self.lookUp(account, for: sender) }
        }
        try hold(delivery)
      }
    }
    try await acknowledge(acknowledged)
  }

  private func acknowledge(_ sequences: [UInt64]) async throws(ClientError) {
    let ranges = SequenceRange.covering(sequences)
    for start in stride(from: 0, to: ranges.count, by: WireLimits.acknowledgementRanges) {
      let part = Array(ranges[start..<min(start + WireLimits.acknowledgementRanges, ranges.count)])
      do throws(RequestError) { try await link.connection.post(Acknowledge(ranges: part)) } catch {
        // It is acknowledged again when the next connection is made.
        link.logger.debug("an acknowledgement was not sent")
      }
    }
  }

  /// Fetches an account record, as often as it takes while the connection stands.
  private nonisolated func lookUp(_ account: AccountID, for sender: AccountID) async {
    var pauses = RetryPauses.request
    while !Task.isCancelled, link.connection.isActive {
      do throws(ClientError) {
        try await link.lookUp(.account(account))
        return await finished(sender, .identityMismatch)
      } catch {
        guard error.isRetryable || error.code == .cancelled else {
          guard let reason = Self.verdict(error) else {
            // That says nothing about the sender: the message stays at the server until the next connection asks again.
            return link.logger.warning("a sender was not looked up", metadata: ["reason": "\(error.code.name)"])
          }
          return await finished(sender, reason)
        }
        link.logger.info("a sender cannot be looked up yet", metadata: ["reason": "\(error.code.name)"])
        do { try await link.clock.sleep(pauses.pause(asked: error.retryAfterMilliseconds)) } catch { return }
      }
    }
  }

  /// What a failed look-up says about the sender; nil for what it does not say anything about.
  private static func verdict(_ error: ClientError) -> UnreadableReason? {
    if error.code == .identityChanged { return .identityChanged }
    return error.code == .identityInvalid || error.failure == .accountUnknown ? .senderUnknown : nil
  }

  private func finished(_ sender: AccountID, _ reason: UnreadableReason) {
    lookedUp.append((sender, reason))
    // If the queue is full, what fills it wakes the loop as well.
    _ = link.connection.pushes.append(.wake)
  }

  /// A part of being caught up that others see to, so that short visits do that, too.
  enum Errand {
    case keys
    case outbox
  }

  /// The loop tells of it when it has finished what it is at: deliveries that it has taken up are not in the store yet.
  func finished(_ errand: Errand) {
    errands.remove(errand)
    _ = link.connection.pushes.append(.wake)
  }

  private func tellIfCaughtUp() {
    guard isDrained, errands.isEmpty, blocked.isEmpty else { return }
    isDrained = false
    link.events.tell(.caughtUp)
  }
}

extension SequenceRange {
  /// The fewest ranges, ascending, that cover these numbers and no others.
  static func covering(_ sequences: [UInt64]) -> [SequenceRange] {
    var ranges: [SequenceRange] = []
    for sequence in sequences.sorted() {
      if let last = ranges.last, sequence <= last.last &+ 1 {
        ranges[ranges.count - 1].last = max(last.last, sequence)
      } else {
        ranges.append(SequenceRange(first: sequence, last: sequence))
      }
    }
    return ranges
  }
}
