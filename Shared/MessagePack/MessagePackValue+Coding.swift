// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension MessagePackValue {
  /// The one value that `bytes` hold.
  ///
  /// - Throws: What `MessagePackReader.readValue()` throws, and `trailingBytes`.
  public init(
    decoding bytes: [UInt8], limits: MessagePackLimits = .standard, requireCanonical: Bool = false
  ) throws(MessagePackError) {
    var reader = MessagePackReader(bytes, limits: limits, requireCanonical: requireCanonical)
    self = try reader.readValue()
    try reader.finish()
  }

  /// The canonical bytes of this value.
  ///
  /// - Throws: `tooDeep` where it nests more than `depth` containers.
  public func encoded(depth: Int = MessagePackLimits.standard.depth) throws(MessagePackError) -> [UInt8] {
    var writer = MessagePackWriter()
    try writer.write(self, depth: depth)
    return writer.bytes
  }
}

extension MessagePackReader {
  /// Reads a value of any type with all that it contains.
  ///
  /// It takes time in proportion to the bytes read, and memory of some 30 times as many; it recurses no deeper than
  /// `skipValue()`.
  ///
  /// - Throws: `truncated`, `reservedByte`, `tooLong`, `tooDeep`, `nonCanonical` or `invalidUTF8`.
  public mutating func readValue() throws(MessagePackError) -> MessagePackValue {
    let (start, outerDepth) = (position, depth)
    do throws(MessagePackError) {
      return try readNestedValue()
    } catch {
      (position, depth) = (start, outerDepth)
      throw error
    }
  }

  private mutating func readNestedValue() throws(MessagePackError) -> MessagePackValue {
    switch try peekType() {
    case .nil:
      try readNil()
      return .nil
    case .bool: return .bool(try readBool())
    case .integer:
      let (bits, isNegative) = try takeInteger()
      return isNegative ? .int(Int64(bitPattern: bits)) : .uint(bits)
    case .float: return .double(try readDouble())
    case .string: return .string(try readString())
    case .binary: return .binary(Array(try readBinary()))
    case .array: return .array(try readElements())
    case .map: return .map(try readEntries())
    case .extension:
      let (type, payload) = try readExtension()
      return .extension(type: type, payload: Array(payload))
    }
  }

  // Room is never reserved by a declared count: nested containers could each declare all the bytes that are left.
  private mutating func readElements() throws(MessagePackError) -> [MessagePackValue] {
    let count = try readArrayHeader()
    try enterContainer()
    var elements: [MessagePackValue] = []
    for _ in 0..<count { elements.append(try readNestedValue()) }
    leaveContainer()
    return elements
  }

  private mutating func readEntries() throws(MessagePackError) -> [MessagePackValue.Entry] {
    let count = try readMapHeader()
    try enterContainer()
    var entries: [MessagePackValue.Entry] = []
    for _ in 0..<count {
      let key = try readNestedValue()
      entries.append(MessagePackValue.Entry(key, try readNestedValue()))
    }
    leaveContainer()
    return entries
  }
}

extension MessagePackWriter {
  /// Appends a value of any type with all that it contains.
  ///
  /// - Throws: `tooDeep` where it nests more than `depth` containers; part of it may be written then.
  public mutating func write(
    _ value: MessagePackValue, depth: Int = MessagePackLimits.standard.depth
  ) throws(MessagePackError) {
    switch value {
    case .nil: writeNil()
    case .bool(let value): write(value)
    case .int(let value): write(value)
    case .uint(let value): write(value)
    case .double(let value): write(value)
    case .string(let value): writeString(value)
    case .binary(let value): writeBinary(value)
    case .extension(let type, let payload): writeExtension(type: type, payload)
    case .array(let elements):
      guard depth > 0 else { throw .tooDeep }
      writeArrayHeader(count: elements.count)
      for element in elements { try write(element, depth: depth - 1) }
    case .map(let entries):
      guard depth > 0 else { throw .tooDeep }
      writeMapHeader(count: entries.count)
      for entry in entries {
        try write(entry.key, depth: depth - 1)
        try write(entry.value, depth: depth - 1)
      }
    }
  }
}
