// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Why bytes were refused. A case says what is wrong and never carries the bytes themselves.
public enum MessagePackError: Error, Equatable, Sendable {
  /// The input ends inside a value, or a container declares more elements than bytes are left.
  case truncated
  /// The next value is of another type than the caller asked for.
  case typeMismatch
  /// The number does not fit the integer or floating-point type asked for, or a timestamp's nanoseconds exceed a second.
  case integerOutOfRange
  /// A string's bytes are not well-formed UTF-8.
  case invalidUTF8
  /// The byte 0xc1, which the specification reserves, stands where a value should begin.
  case reservedByte
  /// Containers are nested deeper than the limits allow.
  case tooDeep
  /// A string, binary, extension, array or map is longer than the limits allow.
  case tooLong
  /// Canonical encoding is required and the value is not in its only canonical form.
  case nonCanonical
  /// Bytes are left after the last value.
  case trailingBytes
}
