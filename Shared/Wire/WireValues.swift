// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import MessagePack

extension UInt64: WireValue {
  public init(from reader: inout MessagePackReader) throws(WireError) {
    do { self = try reader.readUInt64() } catch { throw .encoding(error) }
  }

  public func write(to writer: inout MessagePackWriter) { writer.write(self) }
}

extension UInt32: WireValue {
  public init(from reader: inout MessagePackReader) throws(WireError) {
    let wide = try UInt64(from: &reader)
    guard let value = UInt32(exactly: wide) else { throw .encoding(.integerOutOfRange) }
    self = value
  }

  public func write(to writer: inout MessagePackWriter) { writer.write(UInt64(self)) }
}

extension Bool: WireValue {
  public init(from reader: inout MessagePackReader) throws(WireError) {
    do { self = try reader.readBool() } catch { throw .encoding(error) }
  }

  public func write(to writer: inout MessagePackWriter) { writer.write(self) }
}

extension String: WireValue {
  public init(from reader: inout MessagePackReader) throws(WireError) {
    do { self = try reader.readString() } catch { throw .encoding(error) }
  }

  public func write(to writer: inout MessagePackWriter) { writer.writeString(self) }
}
