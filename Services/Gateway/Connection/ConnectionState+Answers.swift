// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

extension ConnectionState {
  /// The token of the last `Authenticate` is good.
  mutating func verified(_ token: VerifiedToken, at now: Moment, into actions: inout [ConnectionAction]) {
    guard case .verifying(let verification) = phase else { return }
    var session = token.session
    if let current = verification.session, current.address != session.address {
      let failure = Failure(code: .unexpectedFrame, explanation: "The connection belongs to another device.")
      return refuse(verification, failure, into: &actions)
    }
    session.authenticatedAt = verification.session?.authenticatedAt ?? now.wall
    phase = .ready(session)
    if verification.session == nil, let attachment {
      allowance.begin(token.allowance, at: now)
      actions.append(.append(attachment.command, to: attachment.partition))
    }
    let ready = Ready(
      account: session.address.account, device: session.address.device, tokenExpiry: session.expiry,
      maximumUnacknowledged: UInt64(WireLimits.unacknowledgedDeliveries))
    actions.append(.send(Frame(ready, request: verification.request)))
  }

  /// The token of the last `Authenticate` is not good.
  mutating func refused(_ failure: Failure, into actions: inout [ConnectionAction]) {
    guard case .verifying(let verification) = phase else { return }
    refuse(verification, failure, into: &actions)
  }

  private mutating func refuse(
    _ verification: Verification, _ failure: Failure, into actions: inout [ConnectionAction]
  ) {
    phase = verification.session.map { .ready($0) } ?? .open
    actions.append(.fail(failure, request: verification.request))
  }

  /// A service or a partition's owner says something to the client.
  mutating func deliver(_ outbound: OutboundFrame, at now: Moment, into actions: inout [ConnectionAction]) {
    guard phase.isLive else { return }
    if outbound.request != 0 {
      // An answer that comes late, or for a request of before a loss, was answered by a failure already.
      guard let entry = outstanding.remove(serial: outbound.request) else { return }
      actions.append(.send(Frame(kind: outbound.kind, request: entry.number, body: outbound.body)))
      return finishDraining(at: now, into: &actions)
    }
    guard phase.session != nil else { return }
    actions.append(.send(Frame(kind: outbound.kind, request: 0, body: outbound.body)))
    if outbound.kind == FrameKind.deliver.rawValue { acknowledgeableRanges += 1 }
    // A failure that answers nothing ends the connection, for example because the device has connected elsewhere.
    if outbound.kind == FrameKind.failure.rawValue { end(.policyViolation, at: now, into: &actions) }
  }

  /// Requests that could not be appended, by their serials.
  mutating func appendFailed(_ serials: [UInt64], at now: Moment, into actions: inout [ConnectionAction]) {
    guard phase.isLive else { return }
    let failed = outstanding.remove(serials: serials)
    held.failed(failed.compactMap(\.message), until: now.monotonic + settings.timing.request)
    for entry in failed { actions.append(.fail(unavailable, request: entry.number)) }
    finishDraining(at: now, into: &actions)
  }

  /// Redis may have lost what was appended: every answer that is still awaited may never come.
  mutating func streamsLost(at now: Moment, into actions: inout [ConnectionAction]) {
    appendFailed(outstanding.serials, at: now, into: &actions)
  }
}
