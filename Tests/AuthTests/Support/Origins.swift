// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ServiceKit
import Wire

extension RequestOrigin {
  /// A connection that has not proved anything yet.
  static let unauthenticated = RequestOrigin(
    gateway: "gw-1", connection: 1, request: 1, account: nil, device: nil, addressHash: nil, deadline: .max)

  /// A connection of this device.
  static func authenticated(_ address: DeviceAddress) -> RequestOrigin {
    RequestOrigin(
      gateway: "gw-1", connection: 1, request: 1, account: address.account, device: address.device, addressHash: nil,
      deadline: .max)
  }
}
