// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// What a `ConnectionState` asks for. The connection does it in the order in which it was asked.
enum ConnectionAction: Equatable, Sendable {
  /// A frame to the client.
  case send(Frame)
  /// A `Failure` to the client; 0 where it answers no request.
  case fail(Failure, request: UInt64)
  /// A WebSocket ping.
  case ping
  /// Verify this token and report what came out.
  case verify(token: String)
  /// Take a portion from the bucket of this device and report what it said.
  case take(Portion, of: DeviceAddress)
  /// A request to a service. One that the address may not make, and an append that fails, is reported with the request's
  /// serial.
  case request(ServiceQueue, OutgoingRequest)
  /// A command to a partition. An append that fails is reported, too, if it is a `Send`.
  case append(PartitionCommand, to: Partition)
  /// A close frame, then nothing more.
  case close(CloseCode)
  /// The end of the socket, at once.
  case abort
}

/// What the state machine knows of a `ServiceRequest`; the connection adds the gateway's name and the client's origin.
struct OutgoingRequest: Equatable, Sendable {
  let kind: UInt64
  /// The gateway's own number for it, which the answer bears.
  let serial: UInt64
  let body: ArraySlice<UInt8>
  /// Milliseconds since the Unix epoch.
  let deadline: UInt64
  /// From the authenticated connection, never from the frame.
  let address: DeviceAddress?
}

/// What a WebSocket peer can do wrong below the level of frames.
enum TransportViolation: Equatable, Sendable {
  /// A text message.
  case text
  /// More bytes than `WireLimits.frameBytes`, in one piece or in many.
  case tooLarge
  /// A broken rule of RFC 6455: no mask, reserved bits, a fragment out of place, a long control frame.
  case malformed
}
