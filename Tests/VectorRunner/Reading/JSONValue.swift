// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore

/// A JSON value as its text has it: the order of an object's members and every digit of a number are kept, which the
/// MessagePack vectors need and Foundation's decoder loses.
package indirect enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// The digits as they stand in the text.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// A member of an object.
  package struct Member: Hashable, Sendable {
    package let key: String
    package let value: JSONValue

    package init(_ key: String, _ value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// The member of an object, if this is one and has it.
  package subscript(_ key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// The elements of an array; none if this is no array.
  package var elements: [JSONValue] {
    guard case .array(let elements) = self else { return [] }
    return elements
  }

  package var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  package func has(_ keys: some Sequence<String>) -> Bool {
    keys.allSatisfy { self[$0] != nil }
  }
}

/// Typed members of an object. What is missing or of another type is told by its name.
extension JSONValue {
  func value(_ key: String) throws(VectorProblem) -> JSONValue {
    guard let value = self[key] else { throw .malformed("has no `\(key)`") }
    return value
  }

  func list(_ key: String) throws(VectorProblem) -> [JSONValue] {
    guard case .array(let elements) = try value(key) else { throw .malformed("`\(key)` is no list") }
    return elements
  }

  func string(_ key: String) throws(VectorProblem) -> String {
    guard let text = try value(key).text else { throw .malformed("`\(key)` is no text") }
    return text
  }

  /// Bytes written in hexadecimal.
  func bytes(_ key: String) throws(VectorProblem) -> [UInt8] {
    guard let bytes = hexadecimal(try string(key)) else { throw .malformed("`\(key)` is not hexadecimal") }
    return bytes
  }

  /// The same, or nil where the member is null or not there.
  func optionalBytes(_ key: String) throws(VectorProblem) -> [UInt8]? {
    switch self[key] {
    case nil, .null: nil
    default: try bytes(key)
    }
  }

  func secret(_ key: String) throws(VectorProblem) -> SecretBytes {
    SecretBytes(copying: try bytes(key))
  }

  func optionalSecret(_ key: String) throws(VectorProblem) -> SecretBytes? {
    guard let bytes = try optionalBytes(key) else { return nil }
    return SecretBytes(copying: bytes)
  }

  func integer(_ key: String) throws(VectorProblem) -> Int {
    try fixedWidthInteger(key)
  }

  func uint32(_ key: String) throws(VectorProblem) -> UInt32 {
    try fixedWidthInteger(key)
  }

  func uint16(_ key: String) throws(VectorProblem) -> UInt16 {
    try fixedWidthInteger(key)
  }

  private func fixedWidthInteger<Integer: FixedWidthInteger>(_ key: String) throws(VectorProblem) -> Integer {
    guard case .number(let digits) = try value(key), let integer = Integer(digits) else {
      throw .malformed("`\(key)` is no integer of its size")
    }
    return integer
  }

  func bool(_ key: String) throws(VectorProblem) -> Bool {
    guard case .bool(let bool) = try value(key) else { throw .malformed("`\(key)` is neither true nor false") }
    return bool
  }
}
