// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Logging
import Metrics
import Wire

/// Wakes devices through the providers they have registered with.
struct Waker: Sendable {
  private let store: PushTokenStore
  private let seal: TokenSeal
  private let windows: WakeUpWindows
  private let senders: [PushProvider: any PushSender]
  private let logger: Logger

  /// - Parameter senders: providers that are not among them count as unconfigured.
  init(store: PushTokenStore, seal: TokenSeal, windows: WakeUpWindows, senders: [any PushSender], logger: Logger) {
    self.store = store
    self.seal = seal
    self.windows = windows
    self.senders = Dictionary(senders.map { ($0.provider, $0) }) { _, last in last }
    self.logger = logger
  }

  /// Wakes devices, each at most once in its window.
  /// - Throws: errors of Redis and PostgreSQL. Handled again, a device that was woken is woken once more at the end of
  ///   its window, which is better than never.
  func wake(_ request: PushRequest) async throws {
    let admitted = try await windows.admit(request.wakeUps)
    let isUrgent = Dictionary(
      admitted.map { (DeviceAddress(account: $0.account, device: $0.device), $0.isUrgent) }
    ) { $0 || $1 }
    var failed: Set<DeviceAddress> = []
    for sealed in try await store.tokens(of: Array(isUrgent.keys)) {
      do {
        try await wake(sealed, isUrgent: isUrgent[sealed.device] ?? false)
      } catch is PushError {
        failed.insert(sealed.device)
      }
    }
    try await windows.keep(
      failed.map { WakeUp(account: $0.account, device: $0.device, isUrgent: isUrgent[$0] ?? false) })
  }

  private func wake(_ sealed: PushTokenStore.SealedToken, isUrgent: Bool) async throws {
    let token: PushToken
    do { token = try seal.open(sealed.bytes, of: sealed.device, sealed.provider) } catch {
      // Of an earlier secret: the client registers again at its next start.
      return count(sealed.provider, "unreadable")
    }
    let sender = senders[sealed.provider] ?? UnconfiguredSender(provider: sealed.provider)
    do {
      let outcome = try await sender.wake(token, isUrgent: isUrgent)
      count(sealed.provider, outcome.rawValue)
      guard outcome == .tokenInvalid else { return }
      try await store.remove(sealed.device, sealed.provider, onlyIf: sealed.bytes)
    } catch let error as PushError {
      count(sealed.provider, "\(error)")
      logger.warning("a provider has not taken a wake-up", metadata: ["provider": "\(sealed.provider)"])
      throw error
    }
  }

  private func count(_ provider: PushProvider, _ outcome: String) {
    Counter(label: "construct_push_wakeups", dimensions: [("provider", "\(provider)"), ("outcome", outcome)])
      .increment()
  }
}
