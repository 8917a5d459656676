// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack
import Wire

extension ConnectionState {
  /// How deep a client's frame may nest: one level for the frame and as many for its body as are left beneath the four of
  /// `PartitionCommands`, so that nothing a client writes can make an entry unreadable that carries others' messages too.
  static let limits = MessagePackLimits(
    depth: WireLimits.messagePack.depth - 3, length: WireLimits.frameBytes, count: WireLimits.messagePack.count)

  /// A binary WebSocket message of at most `WireLimits.frameBytes`.
  mutating func received(_ message: [UInt8], at now: Moment, into actions: inout [ConnectionAction]) {
    guard phase.isLive else { return }
    heardAt = now.monotonic
    let frame: Frame
    do throws(WireError) {
      frame = try Self.decode(message)
    } catch {
      // There is no request number to answer, so a client would wait in vain for one.
      return end(.invalidPayload, failure: Failure(.malformedFrame), at: now, into: &actions)
    }
    guard let kind = FrameKind(rawValue: frame.kind), let route = FrameRoute(kind) else {
      return actions.append(.fail(Failure(.unknownFrame), request: frame.request))
    }
    if let session = phase.session, session.expiry <= now.wall, route != .authenticate {
      return end(.policyViolation, failure: Failure(.tokenExpired), at: now, into: &actions)
    }
    switch route {
    case .hello: hello(frame, at: now, into: &actions)
    case .authenticate: authenticate(frame, into: &actions)
    case .acknowledge: acknowledge(frame, into: &actions)
    case .send: send(frame, at: now, into: &actions)
    case .service(let queue, let access): request(frame, to: queue, access, at: now, into: &actions)
    }
  }

  private static func decode(_ message: [UInt8]) throws(WireError) -> Frame {
    var reader = MessagePackReader(message, limits: limits)
    let frame = try Frame(from: &reader)
    do { try reader.finish() } catch { throw .encoding(error) }
    return frame
  }

  private mutating func hello(_ frame: Frame, at now: Moment, into actions: inout [ConnectionAction]) {
    guard phase == .awaitingHello else {
      return actions.append(.fail(Failure(.unexpectedFrame), request: frame.request))
    }
    let hello: Hello
    do throws(WireError) {
      hello = try frame.decode()
    } catch {
      return actions.append(.fail(Failure(.malformedFrame), request: frame.request))
    }
    let version = min(hello.highestVersion, WireLimits.versions.upperBound)
    guard hello.lowestVersion <= hello.highestVersion, version >= hello.lowestVersion,
      WireLimits.versions.contains(version)
    else {
      let failure = Failure(.unsupportedVersion)
      return end(.protocolError, failure: failure, request: frame.request, at: now, into: &actions)
    }
    phase = .open
    let welcome = Welcome(
      version: version, domain: settings.domain, serverTime: now.wall,
      maximumFrameBytes: UInt64(WireLimits.frameBytes),
      maximumCiphertextBytes: UInt64(WireLimits.ciphertextBytes),
      maximumOutstanding: UInt64(settings.outstandingRequests),
      pingIntervalMilliseconds: settings.timing.ping)
    actions.append(.send(Frame(welcome, request: frame.request)))
  }

  private mutating func authenticate(_ frame: Frame, into actions: inout [ConnectionAction]) {
    let session: Session?
    switch phase {
    case .open: session = nil
    case .ready(let current): session = current
    case .draining: return actions.append(.fail(unavailable, request: frame.request))
    case .awaitingHello, .verifying, .closing, .closed:
      return actions.append(.fail(Failure(.unexpectedFrame), request: frame.request))
    }
    do throws(WireError) {
      let body = try frame.decode(Authenticate.self)
      phase = .verifying(Verification(request: frame.request, session: session))
      actions.append(.verify(token: body.accessToken))
    } catch {
      actions.append(.fail(Failure(.malformedFrame), request: frame.request))
    }
  }

  /// Acknowledgements ask for nothing, so they are neither answered nor outstanding.
  private mutating func acknowledge(_ frame: Frame, into actions: inout [ConnectionAction]) {
    guard let address = phase.session?.address else {
      return actions.append(.fail(refusalWithoutSession, request: frame.request))
    }
    do throws(WireError) {
      let body = try frame.decode(Acknowledge.self)
      guard body.ranges.areAscending else { throw .invalidField(1) }
      guard !body.ranges.isEmpty, body.ranges.count <= acknowledgeableRanges else { return }
      acknowledgeableRanges -= body.ranges.count
      let command = PartitionAcknowledge(account: address.account, device: address.device, ranges: body.ranges)
      actions.append(.append(PartitionCommand(acknowledge: command), to: Partition(of: address.account)))
    } catch {
      actions.append(.fail(Failure(.malformedFrame), request: frame.request))
    }
  }

  /// A frame for which there is no session: it came before `Hello`, or before `Authenticate`.
  var refusalWithoutSession: Failure {
    phase == .awaitingHello ? Failure(.unexpectedFrame) : Failure(.notAuthenticated)
  }

  /// A part of the server is away, this gateway perhaps; nothing was lost.
  var unavailable: Failure { Failure(.unavailable, retryAfterMilliseconds: settings.retryAfterMilliseconds) }
}

extension [SequenceRange] {
  /// Ascending, not overlapping, none empty, counted from 1.
  var areAscending: Bool {
    var last: UInt64 = 0
    for range in self {
      guard range.first > last, range.last >= range.first else { return false }
      last = range.last
    }
    return true
  }
}
