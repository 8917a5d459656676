// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// Sequence numbers that a device acknowledges, put in order.
///
/// The gateway refuses what is not ascending, and a batch joins the ranges of many acknowledgements. Here they are
/// ascending, apart from each other, and within what a mailbox can hold, so that no statement looks at a row twice.
struct SequenceRanges: Sendable, Equatable {
  /// PostgreSQL's `bigint` holds a sequence.
  static let greatest = UInt64(Int64.max)

  private(set) var ranges: [SequenceRange]

  init(_ given: [SequenceRange]) {
    let valid = given.lazy
      .map { SequenceRange(first: max(1, $0.first), last: min(Self.greatest, $0.last)) }
      .filter { $0.first <= $0.last }
    ranges = []
    for range in valid.sorted(by: { $0.first < $1.first }) {
      if let previous = ranges.last, range.first <= previous.last + 1 {
        ranges[ranges.count - 1].last = max(previous.last, range.last)
      } else {
        ranges.append(range)
      }
    }
  }
}
