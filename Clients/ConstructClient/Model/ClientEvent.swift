// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Something that happened in a client. The store is the truth, and is written before the event is told; an event only
/// says that looking there is worth it.
public enum ClientEvent: Sendable {
  /// A connection is being made to this gateway.
  case connecting(GatewayEndpoint)
  /// The connection is authenticated: what waits is sent and received now.
  case connected(GatewayEndpoint)
  /// There is no connection. After the pause the next attempt begins.
  case disconnected(ClientError, retryAfter: Duration)
  /// A message came in; its state says whether it could be read. Copies of what one's other devices sent come as
  /// outgoing messages.
  case received(Message)
  /// The server holds the message durably.
  case accepted(Message)
  /// The message was given up; its state says why.
  case failed(Message)
  /// The message has left the outbox, the copies for one's own other devices too: there is room for another. Nil for what
  /// goes on without the person, as when a message is sent again to somebody who could not read it.
  case settled(Message?)
  /// The message waits, because of this; it is tried again.
  case delayed(Message, ClientError)
  /// The server names another identity for this contact than the pinned one. It was refused.
  case identityChanged(Contact)
  /// Everything that had waited at the server when the connection was made is in the store, everything that had waited
  /// in the outbox was sent, given up or `delayed`, and this device's prekeys have been looked after: a short visit need
  /// not be longer. Told once for each connection.
  case caughtUp
  /// The subscriber was too slow, and this many events before this one are lost to it.
  case missed(Int)
}
