// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack

/// A case of the published MessagePack suite.
struct MessagePackVector {
  let value: MessagePackValue
  let encodings: [[UInt8]]
  /// The moment, where the case is of one.
  private(set) var timestamp: MessagePackTimestamp?

  init(_ vector: JSONValue) throws {
    encodings = try vector.list("msgpack").map { try Self.bytes($0.text) }
    guard case .object(let members) = vector, let type = members.first?.key, let given = members.first?.value else {
      throw VectorProblem.malformed("has no value")
    }
    switch (type, given) {
    case ("binary", .string(let hex)):
      value = .binary(try Self.bytes(hex))
    case ("number", .number(let rounded)) where vector["bignum"]?.text != nil:
      let digits = try vector.string("bignum")
      try expect("the number as a float", Double(digits), is: Double(rounded))
      value = try Self.integer(digits)
    case ("bignum", .string(let digits)):
      value = try Self.integer(digits)
    case ("ext", .array(let parts)) where parts.count == 2:
      guard case .number(let digits) = parts[0], let type = Int8(digits) else {
        throw VectorProblem.malformed("has an extension type out of range")
      }
      value = .extension(type: type, payload: try Self.bytes(parts[1].text))
    case ("timestamp", .array(let parts)) where parts.count == 2:
      guard case .number(let seconds) = parts[0], case .number(let nanoseconds) = parts[1],
        let seconds = Int64(seconds), let nanoseconds = UInt32(nanoseconds)
      else { throw VectorProblem.malformed("has a timestamp out of range") }
      let moment = try MessagePackTimestamp(seconds: seconds, nanoseconds: nanoseconds)
      timestamp = moment
      var writer = MessagePackWriter()
      writer.writeTimestamp(moment)
      value = try MessagePackValue(decoding: writer.bytes)
    case ("nil", _), ("bool", _), ("number", _), ("string", _), ("array", _), ("map", _):
      value = try MessagePackValue(given)
    default:
      throw VectorProblem.malformed("has a value of the unknown type \(type)")
    }
  }

  /// The number, rounded to a `Double` where it is an integer past 2⁵³; nil where the case is of no number.
  var number: Double? {
    switch value {
    case .int(let value): Double(value)
    case .uint(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  static func isFloat(_ encoding: [UInt8]) -> Bool {
    encoding.first == 0xca || encoding.first == 0xcb
  }

  /// Bytes in hexadecimal with hyphens between them.
  private static func bytes(_ text: String?) throws -> [UInt8] {
    guard let bytes = text.flatMap({ hexadecimal($0.filter { $0 != "-" }) }) else {
      throw VectorProblem.malformed("has bytes that are not hexadecimal")
    }
    return bytes
  }

  private static func integer(_ digits: String) throws -> MessagePackValue {
    try MessagePackValue(.number(digits))
  }
}

extension MessagePackValue {
  /// What JSON can say: integers of at most 64 bits stay integers, other numbers are floats.
  init(_ json: JSONValue) throws(VectorProblem) {
    switch json {
    case .null: self = .nil
    case .bool(let bool): self = .bool(bool)
    case .string(let text): self = .string(text)
    case .number(let digits):
      if let value = UInt64(digits) {
        self = .uint(value)
      } else if let value = Int64(digits) {
        self = .int(value)
      } else if let value = Double(digits) {
        self = .double(value)
      } else {
        throw .malformed("has the number \(digits)")
      }
    case .array(let elements):
      var values: [MessagePackValue] = []
      for element in elements { values.append(try MessagePackValue(element)) }
      self = .array(values)
    case .object(let members):
      var entries: [Entry] = []
      for member in members { entries.append(Entry(.string(member.key), try MessagePackValue(member.value))) }
      self = .map(entries)
    }
  }
}
