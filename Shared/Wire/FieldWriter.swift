// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack

/// Writes the fields of one record; the caller writes them in ascending order. At most 15 fields a record.
public struct FieldWriter {
  private var writer: MessagePackWriter
  private let header: Int
  private var count = 0

  init(_ writer: consuming MessagePackWriter) {
    self.writer = writer
    header = self.writer.reserveSmallMapHeader()
  }

  private mutating func begin(_ number: UInt8) {
    count += 1
    writer.write(UInt64(number))
  }

  public mutating func put<Value: WireValue>(_ number: UInt8, _ value: Value?) {
    guard let value else { return }
    begin(number)
    value.write(to: &writer)
  }

  public mutating func put(_ number: UInt8, bytes: [UInt8]?) {
    guard let bytes else { return }
    begin(number)
    writer.writeBinary(bytes)
  }

  public mutating func put(_ number: UInt8, slice: ArraySlice<UInt8>) {
    begin(number)
    writer.writeBinary(slice)
  }

  public mutating func put<Value: WireValue>(_ number: UInt8, list: [Value]) {
    begin(number)
    writer.writeArrayHeader(count: list.count)
    for value in list { value.write(to: &writer) }
  }

  /// A value that is encoded already.
  public mutating func put(_ number: UInt8, encodedValue: ArraySlice<UInt8>) {
    begin(number)
    writer.writeEncoded(encodedValue)
  }

  consuming func finish() -> MessagePackWriter {
    writer.setSmallMapHeader(at: header, count: count)
    return writer
  }
}
