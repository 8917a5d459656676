// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// Who sends to whom.
struct SenderPair: Hashable, Sendable {
  let recipient: AccountID
  let sender: AccountID

  /// Whether it is an account that writes to its own devices.
  var isOwn: Bool { recipient == sender }
}

/// The token bucket of one pair, as the moment at which it will be full again. All in microseconds since the Unix epoch.
struct PairBucket: Hashable, Sendable {
  private(set) var fullAt: UInt64 = 0
  /// A message that was refused: it has to come again before what was sent behind it, so until then nothing else passes.
  private(set) var refused: MessageID?
  private(set) var closedUntil: UInt64 = 0

  /// What was under way behind a refused message has arrived after that time.
  static let closure: UInt64 = 1_000_000

  /// Whether this says no more than a new bucket would.
  func isFull(at now: UInt64) -> Bool { fullAt <= now && closedUntil <= now }

  /// To be called before anything else is asked: a clock that was set back must not lock anybody out for longer than a
  /// bucket that is empty or was just closed does.
  mutating func settle(_ rate: PairRate, at now: UInt64) {
    fullAt = min(fullAt, now + rate.burst * rate.interval)
    closedUntil = min(closedUntil, now + Self.closure)
  }

  /// Microseconds until there is a token; 0 if there is one.
  func emptyFor(_ rate: PairRate, at now: UInt64) -> UInt64 {
    let enough = now + (rate.burst - 1) * rate.interval
    return fullAt > enough ? fullAt - enough : 0
  }

  /// Microseconds until it is open for this message; 0 if it is.
  func closedFor(_ message: MessageID, at now: UInt64) -> UInt64 {
    closedUntil > now && message != refused ? closedUntil - now : 0
  }

  mutating func take(_ rate: PairRate, at now: UInt64) { fullAt = max(fullAt, now) + rate.interval }

  /// This message was refused. One that is closed for it stays so no longer, or two devices could hold each other up.
  mutating func close(for message: MessageID, at now: UInt64) {
    guard closedFor(message, at: now) == 0 else { return }
    refused = message
    closedUntil = now + Self.closure
  }

  /// This message was taken.
  mutating func open(for message: MessageID) {
    guard refused == message else { return }
    refused = nil
    closedUntil = 0
  }
}

/// The buckets of a partition's pairs that are not full, in its owner's memory: the owner is the one place that sees
/// what all gateways send to an account. A partition that changes hands begins with full buckets.
///
/// Every accepted message keeps a bucket here for the time of one token, so that there are as many of them as messages
/// are accepted in that time; there is a bound nevertheless.
struct PairBuckets: Hashable, Sendable {
  private var buckets: [SenderPair: PairBucket] = [:]
  /// At this number full buckets are looked for.
  private var sweepAt = Self.leastSweep

  private static let leastSweep = 1_024
  static let capacity = 16_384

  var count: Int { buckets.count }

  subscript(pair: SenderPair) -> PairBucket { buckets[pair] ?? PairBucket() }

  /// Keeps what a decision has left of its buckets.
  mutating func keep(_ changed: [SenderPair: PairBucket], at now: UInt64) {
    guard !changed.isEmpty else { return }
    for (pair, bucket) in changed { buckets[pair] = bucket.isFull(at: now) ? nil : bucket }
    guard buckets.count >= sweepAt else { return }
    buckets = buckets.filter { !$0.value.isFull(at: now) }
    if buckets.count > Self.capacity {
      // Those that have the most tokens, and so the least to be reminded of, are forgotten.
      let kept = buckets.sorted { $0.value.fullAt > $1.value.fullAt }.prefix(Self.capacity / 2)
      buckets = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }
    sweepAt = max(Self.leastSweep, 2 * buckets.count)
  }
}
