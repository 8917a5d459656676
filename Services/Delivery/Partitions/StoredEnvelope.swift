// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// A message in the mailbox of one device: a row of `envelopes`.
struct StoredEnvelope: Sendable, Hashable {
  let recipient: DeviceAddress
  let sequence: UInt64
  let sender: DeviceAddress
  let message: MessageID
  /// Milliseconds since the Unix epoch, as the sender was told.
  let acceptedAt: UInt64
  let kind: CiphertextKind
  let isUrgent: Bool
  let ciphertext: ArraySlice<UInt8>

  /// What the device is sent, behind the delivery with the sequence `previous`.
  func delivery(after previous: UInt64) -> Deliver {
    Deliver(
      sequence: sequence, sender: sender.account, senderDevice: sender.device, message: message,
      acceptedAt: acceptedAt, kind: kind, ciphertext: ciphertext, previous: previous)
  }
}

/// What a message is known by: whose id it is and for whom. A client may use the same id for two recipients, which
/// is how copies to its own devices belong to a message.
struct MessageKey: Hashable, Sendable {
  let recipient: AccountID
  let sender: DeviceAddress
  let message: MessageID
}
