// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The socket of a device: a connection at a gateway.
struct DeviceConnection: Hashable, Sendable {
  /// The gateway's id, which also names its stream.
  let gateway: String
  /// Grows with each connection of that gateway.
  let number: UInt64
}
