// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A device of an account: the account's UUID (16 bytes) and the device's number in its device list.
public struct DeviceAddress: Hashable, Sendable {
  public let account: [UInt8]
  public let device: UInt32

  /// Throws `malformed` unless `account` has 16 bytes.
  public init(account: [UInt8], device: UInt32) throws(CryptoError) {
    guard account.count == 16 else { throw .malformed }
    self.account = account
    self.device = device
  }
}
