// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What a ``RateLimiter`` says.
public enum RateLimitDecision: Sendable, Equatable {
  case allowed
  /// Trying again before that is in vain.
  case denied(retryAfterMilliseconds: UInt64)
}
