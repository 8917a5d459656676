// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import MessagePack

/// Why bytes are not the record they were expected to be. Never carries the bytes themselves.
public enum WireError: Error, Equatable, Sendable {
  /// The bytes are not MessagePack within the limits.
  case encoding(MessagePackError)
  /// A required field is absent.
  case missingField(UInt8)
  /// Field numbers do not ascend, or one is repeated.
  case fieldOrder
  /// A field has a value outside its range or of the wrong length.
  case invalidField(UInt8)
  /// A field is well-formed and longer than it may be.
  case fieldTooLong(UInt8)
  /// A number of a closed enumeration that this version does not know.
  case unknownCase(UInt64)
}
