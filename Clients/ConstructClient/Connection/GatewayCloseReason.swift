// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// Why a connection to a gateway is over.
enum GatewayCloseReason: Equatable, Sendable {
  /// This side closed it.
  case local
  /// The other side, or the network.
  case remote
  /// The server said why in a `Failure` that answers no request.
  case failure(Failure)
  /// Nothing came for three ping intervals.
  case silent
  /// The other side broke the protocol, or sent more than may wait.
  case violation

  /// What a request that had no answer yet failed with.
  var error: ClientError {
    switch self {
    case .local, .remote: ClientError(.connectionLost)
    case .silent: ClientError(.timeout)
    case .violation: ClientError(.protocolViolation)
    case .failure(let failure):
      switch failure.code {
      case .replaced: ClientError(.replaced, failure: failure.code)
      case .unsupportedVersion: ClientError(.versionUnsupported, failure: failure.code)
      default: ClientError(.refused, failure: failure.code)
      }
    }
  }
}

/// Why a request has no answer.
enum RequestError: Error {
  /// The server's `Failure`.
  case refused(Failure)
  /// No answer within the deadline: the request may or may not have taken effect.
  case timeout
  /// The connection ended: the request may or may not have taken effect.
  case closed(GatewayCloseReason)
  /// The frame is larger than the server takes; it was not sent.
  case tooLarge
  /// More requests wait than the client keeps; it was not sent.
  case tooBusy
  /// The answer was not one to this request; the connection was closed.
  case violation
  /// The caller was cancelled.
  case cancelled

  /// The same for users of the SDK.
  var clientError: ClientError {
    switch self {
    case .refused(let failure): ClientError(.refused, failure: failure.code, cause: failure)
    case .timeout: ClientError(.timeout)
    case .closed(let reason): reason.error
    case .tooLarge: ClientError(.textTooLong)
    case .tooBusy: ClientError(.tooBusy)
    case .violation: ClientError(.protocolViolation)
    case .cancelled: ClientError(.cancelled)
    }
  }
}
