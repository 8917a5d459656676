// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOWebSocket
import Wire

/// One connection to one gateway: requests with their answers, and what the server sends by itself.
///
/// It lives from `open` to the first of `close`, the server's close and the network's failure, and is not reused.
final class GatewayConnection: Sendable {
  /// Deliveries that may wait to be processed: four times what a server sends ahead of acknowledgements.
  static let pushCapacity = 4 * WireLimits.unacknowledgedDeliveries

  let endpoint: GatewayEndpoint
  /// What the server answered to `Hello`.
  let welcome: Welcome
  /// Deliveries and announcements in the order of their arrival; ends with the connection.
  let pushes: PushQueue<GatewayPush>

  private let channel: any Channel
  private let handler: NIOLoopBound<GatewayHandler>
  private let closed: EventLoopFuture<GatewayCloseReason>
  private let timeouts: GatewayTimeouts

  private init(
    endpoint: GatewayEndpoint, welcome: Welcome, link: GatewayLink, timeouts: GatewayTimeouts
  ) {
    self.endpoint = endpoint
    self.welcome = welcome
    self.timeouts = timeouts
    pushes = link.pushes
    channel = link.channel
    handler = link.handler
    closed = link.closed
  }

  /// Connects, upgrades, and greets the server in this client's name.
  static func open(
    _ endpoint: GatewayEndpoint, security: TransportSecurity, timeouts: GatewayTimeouts = GatewayTimeouts(),
    clientName: String
  ) async throws(ClientError) -> GatewayConnection {
    let link = try await GatewayLink.connect(endpoint, security: security, timeouts: timeouts)
    let hello = Hello(
      lowestVersion: WireLimits.versions.lowerBound, highestVersion: WireLimits.versions.upperBound,
      client: clientName)
    do throws(RequestError) {
      let welcome: Welcome = try await link.request(hello, timeout: timeouts.hello)
      guard WireLimits.versions.contains(welcome.version) else { throw .violation }
      link.channel.eventLoop.execute { link.handler.value.welcomed(welcome) }
      return GatewayConnection(endpoint: endpoint, welcome: welcome, link: link, timeouts: timeouts)
    } catch {
      link.close()
      if case .refused(let failure) = error, failure.code == .unsupportedVersion {
        throw ClientError(.versionUnsupported, failure: failure.code)
      }
      throw error.clientError
    }
  }

  /// Sends a request and waits for its answer.
  func request<Body: FrameBody, Answer: FrameBody>(
    _ body: Body, for answer: Answer.Type = Answer.self
  ) async throws(RequestError) -> Answer {
    try await GatewayLink(channel: channel, handler: handler, pushes: pushes, closed: closed)
      .request(body, timeout: timeouts.request)
  }

  /// The same, for a caller that throws on what it does not expect.
  func ask<Body: FrameBody, Answer: FrameBody>(
    _ body: Body, for answer: Answer.Type = Answer.self
  ) async throws(ClientError) -> Answer {
    do throws(RequestError) { return try await request(body) } catch { throw error.clientError }
  }

  /// Sends a frame that has no answer; returns when the operating system has taken it.
  func post<Body: FrameBody>(_ body: Body) async throws(RequestError) {
    let frame = Frame(body)
    let promise = channel.eventLoop.makePromise(of: Void.self)
    channel.eventLoop.execute { self.handler.value.post(frame, promise: promise) }
    do { try await promise.futureResult.get() } catch {
      throw (error as? RequestError) ?? .closed(.remote)
    }
  }

  /// Closes in good order, and waits until that is done.
  func close() async {
    channel.eventLoop.execute { self.handler.value.close(.local) }
    _ = await closeReason()
  }

  /// Waits for the end of the connection.
  func closeReason() async -> GatewayCloseReason {
    do { return try await closed.get() } catch { return .remote }
  }

  /// Whether the connection takes requests, as far as it is known: from the moment that it begins to close it does not,
  /// and trying again on it is of no use.
  var isActive: Bool { !pushes.isFinished && channel.isActive }
}

/// An upgraded channel with its handler, before and after the greeting.
struct GatewayLink: Sendable {
  let channel: any Channel
  let handler: NIOLoopBound<GatewayHandler>
  let pushes: PushQueue<GatewayPush>
  let closed: EventLoopFuture<GatewayCloseReason>

  func request<Body: FrameBody, Answer: FrameBody>(
    _ body: Body, timeout: Duration
  ) async throws(RequestError) -> Answer {
    let promise = channel.eventLoop.makePromise(of: Frame.self)
    let request = GatewayHandler.Request(
      kind: Body.kind, body: body.encoded(), timeout: TimeAmount(timeout), promise: promise)
    channel.eventLoop.execute { handler.value.submit(request) }
    let frame: Frame
    do {
      frame = try await withTaskCancellationHandler {
        try await promise.futureResult.get()
      } onCancel: {
        promise.fail(RequestError.cancelled)
      }
    } catch {
      throw (error as? RequestError) ?? .closed(.remote)
    }
    let failure: Failure
    do throws(WireError) {
      guard frame.kind == FrameKind.failure.rawValue else { return try frame.decode() }
      failure = try frame.decode()
    } catch {
      channel.eventLoop.execute { handler.value.close(.violation) }
      throw .violation
    }
    throw .refused(failure)
  }

  func close() {
    channel.eventLoop.execute { handler.value.close(.local) }
  }
}
