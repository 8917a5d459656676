// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A group: 16 bytes that its members share and the server does not see.
public struct GroupID: Hashable, Sendable {
  static let size = 16
  public let bytes: [UInt8]

  /// Throws `malformed` unless there are 16 bytes.
  public init(bytes: [UInt8]) throws(CryptoError) {
    guard bytes.count == Self.size else { throw .malformed }
    self.bytes = bytes
  }
}
