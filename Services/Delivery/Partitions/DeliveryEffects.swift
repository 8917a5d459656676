// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// What is to be told to others: frames for connections, in order for each gateway, and devices to be woken.
struct DeliveryEffects: Sendable, Equatable {
  private(set) var frames: [String: [OutboundFrame]] = [:]
  /// Whether the wake-up is urgent, for each device.
  private(set) var wakeUps: [DeviceAddress: Bool] = [:]

  var isEmpty: Bool { frames.isEmpty && wakeUps.isEmpty }

  mutating func send<Body: FrameBody>(_ body: Body, to connection: DeviceConnection, request: UInt64 = 0) {
    // Entries that services write for nobody have no gateway.
    guard !connection.gateway.isEmpty else { return }
    frames[connection.gateway, default: []].append(
      OutboundFrame(
        connection: connection.number, request: request, kind: Body.kind.rawValue, body: body.encoded()[...]))
  }

  mutating func answer<Body: FrameBody>(_ reply: ReplyAddress, _ body: Body) {
    send(body, to: reply.connection, request: reply.request)
  }

  mutating func wake(_ device: DeviceAddress, isUrgent: Bool) {
    wakeUps[device] = isUrgent || wakeUps[device] ?? false
  }

  mutating func add(_ other: DeliveryEffects) {
    frames.merge(other.frames) { $0 + $1 }
    for (device, isUrgent) in other.wakeUps { wake(device, isUrgent: isUrgent) }
  }
}
