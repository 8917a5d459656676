// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// Bounds of what waits to be appended, and of the streams it is appended to.
struct AppendLimits: Equatable, Sendable {
  /// Commands in one entry of a partition's stream.
  var commandsPerEntry = WireLimits.streamBatch
  /// Bytes of the commands in one entry; the last one may exceed it.
  var bytesPerEntry = 1 << 20
  /// Bytes of one pipeline; the last entry may exceed it.
  var bytesPerBatch = 4 << 20
  /// Entries on work queues in one pipeline.
  var requestsPerBatch = 1_024
  /// Bytes that may wait; beyond, requests are refused and acknowledgements forgotten (they come again).
  var pendingBytes = 32 << 20
  /// Entries of a stream; beyond, what would make it longer is refused.
  var streamLength: Int64 = 100_000
  /// Milliseconds between two looks at the length of a stream that is in use.
  var lengthInterval: UInt64 = 1_000
  /// Milliseconds between two looks at a stream that is too long, and from a refusal of the server to the next attempt.
  var retryInterval: UInt64 = 250
}
