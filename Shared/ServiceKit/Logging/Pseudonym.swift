// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
public import Logging
public import Wire

/// What stands in a log for an id: the same id has the same pseudonym until the process ends, and nobody can go back
/// from it to the id.
///
/// Eight hexadecimal digits of HMAC-SHA256 under a key that only this process has.
public struct Pseudonym: Sendable, CustomStringConvertible {
  private static let key = SymmetricKey(size: .bits256)

  public let description: String

  public init(of bytes: some Sequence<UInt8>) {
    let code = HMAC<SHA256>.authenticationCode(for: Array(bytes), using: Self.key)
    description = code.prefix(4).hexadecimal
  }

  public init(of text: String) {
    self.init(of: text.utf8)
  }

  public init(of id: some WireIdentifier) {
    self.init(of: id.bytes)
  }

  public init(of address: DeviceAddress) {
    self.init(of: address.account.bytes + Array("/\(address.device.number)".utf8))
  }

  /// For a record's metadata.
  public var metadata: Logger.MetadataValue { .string(description) }
}
