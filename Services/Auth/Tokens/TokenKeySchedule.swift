// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// When a token key signs, in milliseconds since the Unix epoch by PostgreSQL's clock.
struct TokenKeyPeriod: Equatable, Sendable {
  let notBefore: UInt64
  /// From this instant on it signs no more, and its successor does.
  let signsUntil: UInt64

  func contains(_ now: UInt64) -> Bool { notBefore <= now && now < signsUntil }
}

/// Decides when the next token key is due. No I/O.
///
/// A key is made an hour before it signs, or half a rotation if that is less, so that whoever verifies has fetched it
/// by then. Only the very first key, and one after a long standstill, signs at once; its period begins a minute
/// earlier, for replicas whose clocks are behind PostgreSQL's.
struct TokenKeySchedule: Sendable {
  static let longestLeadMilliseconds: UInt64 = 3_600_000
  static let toleranceMilliseconds: UInt64 = 60_000

  let rotationMilliseconds: UInt64

  var leadMilliseconds: UInt64 { min(rotationMilliseconds / 2, Self.longestLeadMilliseconds) }

  /// The period of the key to make now; nil while the present ones suffice.
  func next(after periods: [TokenKeyPeriod], at now: UInt64) -> TokenKeyPeriod? {
    let lastEnd = periods.map(\.signsUntil).max() ?? 0
    if lastEnd <= now {
      return TokenKeyPeriod(
        notBefore: now - min(now, Self.toleranceMilliseconds), signsUntil: now + rotationMilliseconds)
    }
    guard lastEnd - now <= leadMilliseconds else { return nil }
    return TokenKeyPeriod(notBefore: lastEnd, signsUntil: lastEnd + rotationMilliseconds)
  }
}
