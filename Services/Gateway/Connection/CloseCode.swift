// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The status of a close frame (RFC 6455, section 7.4.1, and IANA's registry for 1012).
enum CloseCode: UInt16, Sendable {
  case normal = 1000
  /// The peer broke a rule of WebSocket, or of the order of our frames.
  case protocolError = 1002
  /// A text message; only binary ones are spoken here.
  case unsupportedData = 1003
  /// A message that is not a frame of ours.
  case invalidPayload = 1007
  /// A time limit, an expired token, or a device that connected elsewhere; the `Failure` before it says which.
  case policyViolation = 1008
  case messageTooBig = 1009
  /// The gateway is going away: connect again.
  case serviceRestart = 1012
}
