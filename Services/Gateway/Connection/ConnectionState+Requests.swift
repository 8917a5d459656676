// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

extension ConnectionState {
  mutating func send(_ frame: Frame, at now: Moment, into actions: inout [ConnectionAction]) {
    guard let address = phase.session?.address else {
      return actions.append(.fail(refusalWithoutSession, request: frame.request))
    }
    let message: Send
    do throws(WireError) {
      message = try frame.decode()
    } catch {
      // The third field of an envelope is its ciphertext, and no other record in a Send has a third one with a length.
      let code: FailureCode = error == .fieldTooLong(3) ? .messageTooLarge : .malformedFrame
      return actions.append(.fail(Failure(code), request: frame.request))
    }
    let deadline = now.monotonic + settings.timing.request
    let outgoing = OutgoingMessage(id: message.message, recipient: message.recipient)
    let isItsTurn = held.admits(outgoing, at: now)
    let serial: UInt64
    do throws(Failure) {
      try requireAllowance(at: now)
      guard isItsTurn else { throw unavailable }
      serial = try admit(frame.request, message: outgoing, at: now)
    } catch {
      if error.code.isRetryable {
        // Its place is kept for twice the time after which it is asked to come again, if that is long.
        held.refused(outgoing, until: max(deadline, now.monotonic + 2 * (error.retryAfterMilliseconds ?? 0)))
      }
      if let portion = allowance.nextPortion() { actions.append(.take(portion, of: address)) }
      return refuse(frame.request, error, at: now, into: &actions)
    }
    held.sent(outgoing, until: deadline)
    allowance.take()
    if let portion = allowance.nextPortion() { actions.append(.take(portion, of: address)) }
    let command = PartitionSend(
      connection: connection, request: serial, sender: address.account, senderDevice: address.device,
      body: frame.body)
    actions.append(.append(PartitionCommand(send: command), to: Partition(of: message.recipient)))
  }

  mutating func request(
    _ frame: Frame, to queue: ServiceQueue, _ access: ServiceAccess, at now: Moment,
    into actions: inout [ConnectionAction]
  ) {
    let address = phase.session?.address
    if phase == .awaitingHello || (access == .devices && address == nil) {
      return actions.append(.fail(refusalWithoutSession, request: frame.request))
    }
    if case .anybody(let bodyBytes) = access, frame.body.count > bodyBytes {
      return actions.append(.fail(Failure(.malformedFrame), request: frame.request))
    }
    let serial: UInt64
    do throws(Failure) {
      serial = try admit(frame.request, message: nil, at: now)
    } catch {
      return refuse(frame.request, error, at: now, into: &actions)
    }
    let request = OutgoingRequest(
      kind: frame.kind, serial: serial, body: frame.body, deadline: now.wall + settings.timing.request,
      address: address)
    actions.append(.request(queue, request))
  }

  /// A request that came without authentication is one too many of its address.
  mutating func limited(_ serial: UInt64, wait: UInt64, at now: Moment, into actions: inout [ConnectionAction]) {
    guard let entry = outstanding.remove(serial: serial) else { return }
    actions.append(.fail(Failure(.rateLimited, retryAfterMilliseconds: wait), request: entry.number))
    finishDraining(at: now, into: &actions)
  }

  /// Refuses what is more than the device may send.
  private mutating func requireAllowance(at now: Moment) throws(Failure) {
    switch allowance.admits(at: now) {
    case .allowed: return
    case .slowDown(let wait): throw Failure(.rateLimited, retryAfterMilliseconds: wait)
    case .unknown: throw unavailable
    }
  }

  /// The device's bucket has answered.
  mutating func answered(_ answer: PortionAnswer, at now: Moment) { allowance.answered(answer, at: now) }

  /// Enters a request among the outstanding ones.
  /// - Returns: its serial.
  private mutating func admit(_ number: UInt64, message: OutgoingMessage?, at now: Moment) throws(Failure) -> UInt64 {
    if case .draining = phase { throw unavailable }
    guard number != 0 else {
      throw Failure(code: .malformedFrame, explanation: "Requests are numbered from 1.")
    }
    guard !outstanding.contains(number) else {
      throw Failure(code: .unexpectedFrame, explanation: "The request's number is in use.")
    }
    guard outstanding.count < settings.outstandingRequests else { throw Failure(.tooManyOutstanding) }
    let deadline = now.monotonic + settings.timing.request
    return outstanding.insert(number: number, deadline: deadline, message: message)
  }

  /// A number that is in use ends the connection, because no answer could be told from the other's.
  private mutating func refuse(
    _ number: UInt64, _ failure: Failure, at now: Moment, into actions: inout [ConnectionAction]
  ) {
    if failure.code == .unexpectedFrame { return end(.protocolError, failure: failure, at: now, into: &actions) }
    actions.append(.fail(failure, request: number))
  }
}
