// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// A frame that the server sends by itself.
enum GatewayPush: Equatable, Sendable {
  case deliver(Deliver)
  case mailboxDrained(MailboxDrained)
  case draining(Draining)
  /// Nothing from the server: the consumer asked itself to look around.
  case wake
}
