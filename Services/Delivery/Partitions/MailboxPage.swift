// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// A page of a mailbox that a device's delivery has asked for.
struct MailboxPageRequest: Sendable, Hashable {
  let device: DeviceAddress
  /// Whose page it is; an answer for a connection that was replaced meanwhile is dropped.
  let connection: DeviceConnection
  let page: DeviceDelivery.PageRequest
}

/// What was read.
struct MailboxPage: Sendable, Hashable {
  let request: MailboxPageRequest
  /// In the order of their sequence.
  var envelopes: [StoredEnvelope] = []
  /// The last sequence that was given to the device, as of the same moment; 0 for none.
  var lastSequence: UInt64 = 0
}
