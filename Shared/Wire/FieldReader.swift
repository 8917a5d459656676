// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack

/// Reads the fields of one record in ascending order, skipping numbers that are not asked for.
///
/// Single pass and without allocation: a field that was passed over is never looked for again, which is why
/// records read their fields in the order of their numbers.
public struct FieldReader {
  private var reader: MessagePackReader
  private var remaining: Int
  /// The number of the field whose value comes next in `reader`.
  private var current: UInt64?
  private var last: UInt64?

  init(_ reader: MessagePackReader) throws(WireError) {
    self.reader = reader
    do {
      try self.reader.enterContainer()
      remaining = try self.reader.readMapHeader()
    } catch { throw .encoding(error) }
    current = nil
    last = nil
    try advance()
  }

  private mutating func advance() throws(WireError) {
    guard remaining > 0 else {
      current = nil
      return
    }
    remaining -= 1
    let number: UInt64
    do { number = try reader.readUInt64() } catch { throw .encoding(error) }
    if let last, number <= last { throw .fieldOrder }
    last = number
    current = number
  }

  /// Stands the reader before the value of `number`, or says that the record does not have it.
  private mutating func seek(_ number: UInt8) throws(WireError) -> Bool {
    while let here = current, here < UInt64(number) {
      do { try reader.skipValue() } catch { throw .encoding(error) }
      try advance()
    }
    return current == UInt64(number)
  }

  public mutating func optional<Value: WireValue>(_ number: UInt8) throws(WireError) -> Value? {
    guard try seek(number) else { return nil }
    let value = try Value(from: &reader)
    try advance()
    return value
  }

  public mutating func required<Value: WireValue>(_ number: UInt8) throws(WireError) -> Value {
    guard let value: Value = try optional(number) else { throw .missingField(number) }
    return value
  }

  /// A byte string of at most `maximum` bytes.
  public mutating func optionalBytes(_ number: UInt8, atMost maximum: Int) throws(WireError) -> [UInt8]? {
    guard let slice = try optionalSlice(number, atMost: maximum) else { return nil }
    return [UInt8](slice)
  }

  /// A byte string of at most `maximum` bytes.
  public mutating func bytes(_ number: UInt8, atMost maximum: Int) throws(WireError) -> [UInt8] {
    guard let bytes = try optionalBytes(number, atMost: maximum) else { throw .missingField(number) }
    return bytes
  }

  /// A byte string of exactly `count` bytes.
  public mutating func bytes(_ number: UInt8, exactly count: Int) throws(WireError) -> [UInt8] {
    guard let slice = try optionalSlice(number, atMost: .max) else { throw .missingField(number) }
    guard slice.count == count else { throw .invalidField(number) }
    return [UInt8](slice)
  }

  /// A byte string that shares the storage of the message.
  public mutating func slice(_ number: UInt8, atMost maximum: Int) throws(WireError) -> ArraySlice<UInt8> {
    guard let slice = try optionalSlice(number, atMost: maximum) else { throw .missingField(number) }
    return slice
  }

  private mutating func optionalSlice(_ number: UInt8, atMost maximum: Int) throws(WireError) -> ArraySlice<UInt8>? {
    guard try seek(number) else { return nil }
    let slice: ArraySlice<UInt8>
    do { slice = try reader.readBinary() } catch { throw .encoding(error) }
    guard slice.count <= maximum else { throw .fieldTooLong(number) }
    try advance()
    return slice
  }

  /// A text of at most `maximum` bytes of UTF-8.
  public mutating func text(_ number: UInt8, atMost maximum: Int) throws(WireError) -> String {
    guard let text = try optionalText(number, atMost: maximum) else { throw .missingField(number) }
    return text
  }

  /// A text of at most `maximum` bytes of UTF-8.
  public mutating func optionalText(_ number: UInt8, atMost maximum: Int) throws(WireError) -> String? {
    guard let text: String = try optional(number) else { return nil }
    guard text.utf8.count <= maximum else { throw .fieldTooLong(number) }
    return text
  }

  /// A list of at most `maximum` values.
  public mutating func list<Value: WireValue>(_ number: UInt8, atMost maximum: Int) throws(WireError) -> [Value] {
    guard let values: [Value] = try optionalList(number, atMost: maximum) else { throw .missingField(number) }
    return values
  }

  /// A list of at most `maximum` values.
  public mutating func optionalList<Value: WireValue>(
    _ number: UInt8, atMost maximum: Int
  ) throws(WireError) -> [Value]? {
    guard try seek(number) else { return nil }
    let count: Int
    do {
      try reader.enterContainer()
      count = try reader.readArrayHeader()
    } catch { throw .encoding(error) }
    guard count <= maximum else { throw .fieldTooLong(number) }
    var values: [Value] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try Value(from: &reader)) }
    reader.leaveContainer()
    try advance()
    return values
  }

  /// The next field's value as it stands, one whole MessagePack value.
  public mutating func encodedValue(_ number: UInt8) throws(WireError) -> ArraySlice<UInt8> {
    guard try seek(number) else { throw .missingField(number) }
    let slice: ArraySlice<UInt8>
    do { slice = try reader.readEncodedValue() } catch { throw .encoding(error) }
    try advance()
    return slice
  }

  consuming func finish() throws(WireError) -> MessagePackReader {
    while current != nil {
      do { try reader.skipValue() } catch { throw .encoding(error) }
      try advance()
    }
    reader.leaveContainer()
    return reader
  }
}
