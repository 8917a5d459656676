// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Writes values in PostgreSQL's binary format, whose numbers are big-endian (the `…send` functions of the server).
enum BinaryEncoder {
  /// - Returns: what is wrong with the value, to be read after its name; nil if it was written.
  static func append(_ value: PostgresValue, to bytes: inout [UInt8]) -> String? {
    switch value {
    case .null: break
    case .bool(let value): bytes.append(value ? 1 : 0)
    case .int16(let value): append(value, to: &bytes)
    case .int32(let value): append(value, to: &bytes)
    case .int64(let value): append(value, to: &bytes)
    case .double(let value): append(value.bitPattern, to: &bytes)
    case .text(let value): bytes.append(contentsOf: value.utf8)
    case .bytes(let value): bytes.append(contentsOf: value)
    case .uuid(let value): return appendUUID(value, to: &bytes)
    case .timestamp(let value): return appendTimestamp(value, to: &bytes)
    case .boolArray(let values):
      return appendArray(values, of: PostgresType.bool, to: &bytes) { value, bytes in
        bytes.append(value ? 1 : 0)
        return nil
      }
    case .int16Array(let values): return appendIntegers(values, of: PostgresType.int2, to: &bytes)
    case .int32Array(let values): return appendIntegers(values, of: PostgresType.int4, to: &bytes)
    case .int64Array(let values): return appendIntegers(values, of: PostgresType.int8, to: &bytes)
    case .textArray(let values):
      return appendArray(values, of: PostgresType.text, to: &bytes) { value, bytes in
        bytes.append(contentsOf: value.utf8)
        return nil
      }
    case .bytesArray(let values):
      return appendArray(values, of: PostgresType.bytea, to: &bytes) { value, bytes in
        bytes.append(contentsOf: value)
        return nil
      }
    case .uuidArray(let values): return appendArray(values, of: PostgresType.uuid, to: &bytes, appendUUID)
    case .timestampArray(let values):
      return appendArray(values, of: PostgresType.timestamptz, to: &bytes, appendTimestamp)
    }
    return nil
  }

  private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  private static func appendUUID(_ value: [UInt8], to bytes: inout [UInt8]) -> String? {
    guard value.count == 16 else { return "is a UUID that is not 16 bytes long" }
    bytes.append(contentsOf: value)
    return nil
  }

  private static func appendTimestamp(_ microseconds: Int64, to bytes: inout [UInt8]) -> String? {
    let (sinceEpoch, isOverflow) = microseconds.subtractingReportingOverflow(PostgresType.epochMicroseconds)
    // The two ends of the range are the server's infinities.
    guard !isOverflow, sinceEpoch != .min, sinceEpoch != .max else { return "is a time out of range" }
    append(sinceEpoch, to: &bytes)
    return nil
  }

  private static func appendIntegers(_ values: [some FixedWidthInteger], of type: UInt32, to bytes: inout [UInt8])
    -> String?
  {
    appendArray(values, of: type, to: &bytes) { value, bytes in
      append(value, to: &bytes)
      return nil
    }
  }

  /// Layout (`array_send`): dimensions (1, or 0 when empty), has-nulls flag, element type; then for the one dimension
  /// its length and its lower bound 1; then each element after its length. All of these are 32 bits wide.
  private static func appendArray<Element>(
    _ values: [Element], of type: UInt32, to bytes: inout [UInt8],
    _ appendElement: (Element, inout [UInt8]) -> String?
  ) -> String? {
    append(Int32(values.isEmpty ? 0 : 1), to: &bytes)
    append(Int32(0), to: &bytes)
    append(type, to: &bytes)
    guard !values.isEmpty else { return nil }
    guard let count = Int32(exactly: values.count) else { return "has too many elements" }
    append(count, to: &bytes)
    append(Int32(1), to: &bytes)
    for value in values {
      let lengthPosition = bytes.count
      append(Int32(0), to: &bytes)
      if let fault = appendElement(value, &bytes) { return fault }
      guard let length = UInt32(exactly: bytes.count - lengthPosition - 4), length <= ParameterBuffer.maximumLength
      else { return "has an element longer than 1 GiB" }
      for index in 0..<4 { bytes[lengthPosition + index] = UInt8(truncatingIfNeeded: length >> (24 - 8 * index)) }
    }
    return nil
  }
}
