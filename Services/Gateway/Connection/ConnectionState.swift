// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// The conversation with one client, without any input or output: what comes in goes through a method, what is to be
/// done comes out as actions.
///
/// Whatever a client sends in whatever phase is answered by a coded `Failure` or done; nothing traps. Account and
/// device come from the verified token alone.
///
/// Messages to one account keep their order: what was refused for a reason that passes comes again before anything else to
/// that account is taken; see `HeldSends`.
struct ConnectionState: Sendable {
  /// This connection at its gateway; grows with each connection.
  let connection: UInt64
  let settings: ConnectionSettings
  var phase = ConnectionPhase.awaitingHello
  var outstanding = OutstandingRequests()
  var held = HeldSends()
  var allowance: SendAllowance
  /// Ranges that the device may still acknowledge: as many as it has had deliveries, and some for those of before. An
  /// acknowledgement beyond them is passed over, as nothing can be lost by it: the delivery comes again.
  var acknowledgeableRanges = WireLimits.unacknowledgedDeliveries
  let acceptedAt: UInt64
  var heardAt: UInt64
  var pingedAt: UInt64

  init(connection: UInt64, settings: ConnectionSettings, acceptedAt: Moment) {
    self.connection = connection
    self.settings = settings
    allowance = SendAllowance(portion: settings.sendPortion)
    self.acceptedAt = acceptedAt.monotonic
    heardAt = acceptedAt.monotonic
    pingedAt = acceptedAt.monotonic
  }

  /// What says at a partition that this device is here; nil while nobody has authenticated.
  var attachment: (partition: Partition, command: PartitionCommand)? {
    guard let session = phase.session else { return nil }
    let address = session.address
    let attach = PartitionAttach(
      connection: connection, account: address.account, device: address.device,
      authenticatedAt: session.authenticatedAt)
    return (Partition(of: address.account), PartitionCommand(attach: attach))
  }
}

extension ConnectionState {
  /// Sends a last failure and the close frame, and takes leave of delivery.
  mutating func end(
    _ code: CloseCode, failure: Failure? = nil, request: UInt64 = 0, at now: Moment,
    into actions: inout [ConnectionAction]
  ) {
    if let failure { actions.append(.fail(failure, request: request)) }
    detach(into: &actions)
    outstanding.removeAll()
    phase = .closing(deadline: now.monotonic + settings.timing.close)
    actions.append(.close(code))
  }

  /// Ends without a word: the peer does not read, or there is no time. Its mailbox keeps everything.
  mutating func abandon(into actions: inout [ConnectionAction]) {
    guard phase != .closed else { return }
    cut(into: &actions)
  }

  /// A close frame came: the answer to ours, or the peer's wish.
  mutating func peerClosed(at now: Moment, into actions: inout [ConnectionAction]) {
    switch phase {
    case .closing: cut(into: &actions)
    case .closed: break
    case .awaitingHello, .open, .verifying, .ready, .draining:
      end(.normal, at: now, into: &actions)
      cut(into: &actions)
    }
  }

  /// The socket is gone.
  mutating func disconnected(into actions: inout [ConnectionAction]) {
    detach(into: &actions)
    outstanding.removeAll()
    phase = .closed
  }

  /// The peer broke a rule of WebSocket.
  mutating func violated(_ violation: TransportViolation, at now: Moment, into actions: inout [ConnectionAction]) {
    guard phase.isLive else { return }
    switch violation {
    case .text:
      let failure = Failure(code: .malformedFrame, explanation: "Frames are binary messages.")
      end(.unsupportedData, failure: failure, at: now, into: &actions)
    case .tooLarge:
      end(.messageTooBig, failure: Failure(.frameTooLarge), at: now, into: &actions)
    case .malformed:
      let failure = Failure(code: .malformedFrame, explanation: "A rule of RFC 6455 was broken.")
      end(.protocolError, failure: failure, at: now, into: &actions)
    }
  }

  private mutating func cut(into actions: inout [ConnectionAction]) {
    disconnected(into: &actions)
    actions.append(.abort)
  }

  private func detach(into actions: inout [ConnectionAction]) {
    guard let address = phase.session?.address else { return }
    let detach = PartitionDetach(connection: connection, account: address.account, device: address.device)
    actions.append(.append(PartitionCommand(detach: detach), to: Partition(of: address.account)))
  }
}
