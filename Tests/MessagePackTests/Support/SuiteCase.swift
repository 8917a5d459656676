// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack

/// A case of the published suite: a value and the encodings that mean it.
struct SuiteCase {
  struct Unknown: Error {}

  let value: MessagePackValue
  let encodings: [[UInt8]]
  /// The moment, where the case is of one.
  private(set) var timestamp: MessagePackTimestamp?

  init(_ vector: MessagePackValue) throws {
    guard case .map(let entries) = vector else { throw Unknown() }
    encodings = (vector["msgpack"]?.elements ?? []).compactMap(\.text).map { bytes(hex: $0) }
    guard let type = entries.first?.key.text, let given = entries.first?.value, !encodings.isEmpty else {
      throw Unknown()
    }
    switch (type, given) {
    case ("binary", .string(let hex)):
      value = .binary(bytes(hex: hex))
    case ("bignum", .string(let digits)):
      if let unsigned = UInt64(digits) {
        value = .uint(unsigned)
      } else if let signed = Int64(digits) {
        value = .int(signed)
      } else {
        throw Unknown()
      }
    case ("ext", .array(let parts)):
      guard parts.count == 2, case .uint(let type) = parts[0], let hex = parts[1].text else { throw Unknown() }
      value = .extension(type: Int8(type), payload: bytes(hex: hex))
    case ("timestamp", .array(let parts)):
      guard parts.count == 2, case .uint(let nanoseconds) = parts[1] else { throw Unknown() }
      let seconds: Int64
      switch parts[0] {
      case .uint(let value): seconds = Int64(value)
      case .int(let value): seconds = value
      default: throw Unknown()
      }
      let moment = try MessagePackTimestamp(seconds: seconds, nanoseconds: UInt32(nanoseconds))
      timestamp = moment
      var writer = MessagePackWriter()
      writer.writeTimestamp(moment)
      value = try MessagePackValue(decoding: writer.bytes)
    case ("nil", _), ("bool", _), ("number", _), ("string", _), ("array", _), ("map", _):
      value = given
    default:
      throw Unknown()
    }
  }

  var isNumber: Bool {
    switch value {
    case .int, .uint, .double: true
    default: false
    }
  }

  /// The number, rounded to a `Double` where it is an integer past 2⁵³; NaN where the case is of no number.
  var number: Double {
    switch value {
    case .int(let value): Double(value)
    case .uint(let value): Double(value)
    case .double(let value): value
    default: .nan
    }
  }

  static func isFloat(_ encoding: [UInt8]) -> Bool {
    encoding.first == 0xca || encoding.first == 0xcb
  }
}
