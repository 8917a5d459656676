// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Wire

/// A push provider. What it sends says "wake up" and nothing else: no sender, no text, no number of messages.
public protocol PushSender: Sendable {
  var provider: PushProvider { get }

  /// Wakes a device.
  /// - Parameter isUrgent: whether the device may make a sound.
  /// - Throws: `PushError` if the provider cannot be reached or asks to wait; the wake-up is tried again.
  func wake(_ token: PushToken, isUrgent: Bool) async throws(PushError) -> PushOutcome
}

/// What became of a wake-up.
public enum PushOutcome: String, Sendable, Equatable {
  /// The provider has taken it.
  case sent
  /// The provider does not know the token (any more): it is deleted.
  case tokenInvalid
  /// This server has no credentials for the provider: nothing was sent, and nothing will be.
  case unconfigured
}

/// Why a wake-up could not be handed over; never with the token or the provider's words.
public enum PushError: Error, Sendable, Equatable {
  /// The provider cannot be reached or has failed.
  case unavailable
  /// The provider asks to send less.
  case throttled
}

/// Stands for a provider that is not configured.
struct UnconfiguredSender: PushSender {
  let provider: PushProvider

  func wake(_ token: PushToken, isUrgent: Bool) async throws(PushError) -> PushOutcome { .unconfigured }
}
