// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Wire

/// One device in a load: sends to its peer as the pace allows, acknowledges, and checks that everything of the peer
/// comes once and in order. Confined to the event loop of its connection, which is its peer's too.
final class LoadSession: FrameReceiver {
  private struct Waiting {
    let message: LoadMessage
    /// The request under which it was sent last.
    var request: UInt64
    var isAccepted = false
  }

  let number: UInt32
  private let account: AccountID
  private let handler: LoadHandler
  private let shape: MessageShape
  private weak var peer: LoadSession?
  private(set) var tally = Tally()
  private var pace = Pace.stopped
  private var nextNumber: UInt64 = 1
  /// By number: sent, and not both accepted and delivered.
  private var waiting: [UInt64: Waiting] = [:]
  private var numbers: [UInt64: UInt64] = [:]
  /// The highest number of the peer's that has come.
  private var lastSeen: UInt64 = 0
  private var unacknowledged: (first: UInt64, last: UInt64)?
  /// The highest sequence number that has come.
  private var lastSequence: UInt64 = 0
  /// What was refused and is sent again, in this order, before anything new.
  private var refusedNumbers: Set<UInt64> = []
  private var pausedUntil = NIODeadline.uptimeNanoseconds(0)

  init(_ number: UInt32, account: AccountID, handler: LoadHandler, shape: MessageShape) {
    self.number = number
    self.account = account
    self.handler = handler
    self.shape = shape
    handler.receiver = self
  }

  func join(_ peer: LoadSession) {
    self.peer = peer
    peer.peer = self
  }

  func beginMeasuring() { tally.beginMeasuring() }

  func set(_ pace: Pace) {
    self.pace = pace
    fill(now: .now())
    handler.flush()
  }

  /// Messages that were accepted and have not come.
  var missing: UInt64 { UInt64(waiting.values.count { $0.isAccepted }) }
  var isQuiet: Bool { waiting.isEmpty }

  /// Sends what is due by now, and acknowledges what has come since the last time.
  func tick(now: NIODeadline) {
    fill(now: now)
    acknowledge()
    handler.flush()
  }

  private func fill(now: NIODeadline) {
    guard now >= pausedUntil else { return }
    for number in refusedNumbers.sorted() {
      guard let entry = waiting[number], let peer else { continue }
      waiting[number]?.request = write(entry.message, to: peer)
    }
    refusedNumbers = []
    switch pace {
    case .stopped: return
    case .inFlight(let limit):
      while waiting.count < limit { send(due: now) }
    case .every(let interval, var next):
      // Behind schedule, a message keeps the time at which it was due, so that waiting for its turn is measured too.
      while next <= now, waiting.count < MessageShape.mostInFlight {
        send(due: next)
        next = next + interval
      }
      pace = .every(interval, next: next)
    }
  }

  private func send(due: NIODeadline) {
    guard let peer else { return }
    let message = LoadMessage(run: shape.run, sender: number, number: nextNumber, time: due)
    nextNumber += 1
    tally.sent += 1
    let request = write(message, to: peer)
    waiting[message.number] = Waiting(message: message, request: request)
  }

  private func write(_ message: LoadMessage, to peer: LoadSession) -> UInt64 {
    let send = Send(
      message: message.id, recipient: peer.account, deviceListNumber: 1,
      envelopes: [Envelope(device: .first, kind: .message, ciphertext: message.encoded(size: shape.size)[...])],
      isUrgent: false)
    let request = handler.takeRequest()
    numbers[request] = message.number
    handler.write(Frame(send, request: request))
    return request
  }

  private func acknowledge() {
    guard let range = unacknowledged else { return }
    unacknowledged = nil
    handler.write(Frame(Acknowledge(ranges: [SequenceRange(first: range.first, last: range.last)])))
  }

  func received(_ frame: Frame) {
    do {
      switch FrameKind(rawValue: frame.kind) {
      case .deliver: deliver(try frame.decode())
      case .accepted: accepted(frame.request)
      case .failure: refused(frame.request, try frame.decode())
      default: break
      }
    } catch {
      tally.refused["malformed", default: 0] += 1
    }
  }

  func readComplete() {
    fill(now: .now())
    if let range = unacknowledged, range.last - range.first >= MessageShape.acknowledgedAtOnce { acknowledge() }
  }

  func close() {
    pace = .stopped
    handler.close()
  }

  func closed() { tally.closedConnections += 1 }

  private func deliver(_ delivery: Deliver) {
    // The server delivers again what it has no acknowledgement of; a client knows it by its number.
    guard delivery.sequence > lastSequence else {
      tally.redelivered += 1
      handler.write(Frame(Acknowledge(ranges: [SequenceRange(first: delivery.sequence, last: delivery.sequence)])))
      return
    }
    // A client takes nothing behind a gap: it connects again, and all of it comes.
    guard delivery.previous <= lastSequence else {
      tally.gaps += 1
      return close()
    }
    lastSequence = delivery.sequence
    unacknowledged = (unacknowledged?.first ?? delivery.sequence, delivery.sequence)
    // What an earlier run has left behind is acknowledged and nothing else.
    guard let message = LoadMessage(delivery.ciphertext), message.run == shape.run else { return }
    guard let peer, message.sender == peer.number else { return tally.misordered += 1 }
    if message.number <= lastSeen { return tally.duplicated += 1 }
    if message.number != lastSeen + 1 { tally.misordered += 1 }
    lastSeen = message.number
    tally.delivered += 1
    tally.delivery.record(UInt64(max(0, (NIODeadline.now() - message.time).nanoseconds)))
    peer.wasDelivered(message.number)
  }

  private func wasDelivered(_ number: UInt64) {
    guard let entry = waiting[number] else { return }
    // Accepted is on its way still; it was accepted all the same.
    if !entry.isAccepted { count(entry) }
    waiting[number] = nil
    numbers[entry.request] = nil
    if case .inFlight = pace {
      fill(now: .now())
      handler.flush()
    }
  }

  private func accepted(_ request: UInt64) {
    guard let number = numbers.removeValue(forKey: request), var entry = waiting[number] else { return }
    count(entry)
    entry.isAccepted = true
    waiting[number] = entry
  }

  private func count(_ entry: Waiting) {
    tally.accepted += 1
    tally.acceptance.record(UInt64(max(0, (NIODeadline.now() - entry.message.time).nanoseconds)))
  }

  /// What was refused is sent again when the server says, if that makes sense, and is else given up with all the rest.
  private func refused(_ request: UInt64, _ failure: Failure) {
    tally.refused[failure.code.name, default: 0] += 1
    guard let number = numbers.removeValue(forKey: request), waiting[number] != nil else { return }
    guard failure.code.isRetryable else {
      waiting[number] = nil
      pace = .stopped
      return
    }
    refusedNumbers.insert(number)
    pausedUntil = .now() + .milliseconds(Int64(clamping: min(failure.retryAfterMilliseconds ?? 100, 10_000)))
  }
}

/// How a session sends.
enum Pace: Sendable {
  case stopped
  /// Closed loop: so many messages that were not both accepted and delivered.
  case inFlight(Int)
  /// Open loop: one in each interval, whatever has become of the ones before.
  case every(TimeAmount, next: NIODeadline)
}

/// What all messages of a run have in common.
struct MessageShape: Sendable {
  /// The gateway takes 64 requests without an answer.
  static let mostInFlight = 64
  /// Deliveries after which an acknowledgement does not wait for the next tick.
  static let acknowledgedAtOnce: UInt64 = 64

  let run: UInt64
  /// Bytes of the ciphertext, at least `LoadMessage.headerSize`.
  let size: Int
}
