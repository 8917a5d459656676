// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Reads PostgreSQL's binary format.
enum BinaryDecoder {
  /// - Returns: nil if the width is another one.
  static func integer<Value: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>, as: Value.Type) -> Value? {
    guard bytes.count == Value.bitWidth / 8 else { return nil }
    return bytes.reduce(into: Value.zero) { value, byte in
      value = Value.bitWidth == 8 ? Value(truncatingIfNeeded: byte) : value << 8 | Value(byte)
    }
  }

  /// - Returns: nil for the server's infinities and for what does not fit.
  static func unixMicroseconds(_ sinceEpoch: Int64) -> Int64? {
    guard sinceEpoch != .min, sinceEpoch != .max else { return nil }
    let (sum, isOverflow) = sinceEpoch.addingReportingOverflow(PostgresType.epochMicroseconds)
    return isOverflow ? nil : sum
  }

  /// The elements of an array in the layout that ``BinaryEncoder`` writes.
  /// - Returns: nil for another element type, several dimensions, NULLs, or elements that `decode` refuses.
  static func array<Element>(
    _ bytes: ArraySlice<UInt8>, of type: UInt32, _ decode: (ArraySlice<UInt8>) -> Element?
  ) -> [Element]? {
    var rest = bytes
    guard let dimensions = takeInt32(&rest), takeInt32(&rest) != nil, let elementType = takeInt32(&rest),
      UInt32(bitPattern: elementType) == type
    else { return nil }
    if dimensions == 0 { return rest.isEmpty ? [] : nil }
    guard dimensions == 1, let count = takeInt32(&rest), takeInt32(&rest) != nil else { return nil }
    var elements: [Element] = []
    for _ in 0..<max(0, count) {
      guard let length = takeInt32(&rest), length >= 0, Int(length) <= rest.count,
        let element = decode(rest.prefix(Int(length)))
      else { return nil }
      elements.append(element)
      rest = rest.dropFirst(Int(length))
    }
    return rest.isEmpty ? elements : nil
  }

  private static func takeInt32(_ bytes: inout ArraySlice<UInt8>) -> Int32? {
    guard bytes.count >= 4 else { return nil }
    defer { bytes = bytes.dropFirst(4) }
    return integer(bytes.prefix(4), as: Int32.self)
  }
}
