// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Reads values one after another from bytes that may come from a stranger, without copying them.
///
/// - Every valid encoding of a value is accepted, unless the canonical one is required.
/// - Nothing is allocated for what the input merely declares: lengths and counts are held against the limits first,
///   then against the bytes that are left.
/// - Slices that a read returns share the input's storage and its indices, and keep it alive.
/// - A read that throws leaves the reader where it was, so another kind of read can be tried.
public struct MessagePackReader: Sendable {
  @usableFromInline let bytes: ArraySlice<UInt8>
  @usableFromInline let limits: MessagePackLimits
  @usableFromInline let requireCanonical: Bool
  /// The index in `bytes` of the next byte.
  @usableFromInline var position: Int
  /// How many containers the caller has entered and not left.
  @usableFromInline var depth = 0

  /// A reader at the start of `bytes`.
  ///
  /// - Parameters:
  ///   - requireCanonical: Whether anything but what `MessagePackWriter` writes is refused with `nonCanonical`: longer
  ///     forms than needed, signed forms of what is not negative, 32-bit floats, NaNs with a payload. What the
  ///     encoding cannot know stays the caller's to check: the order and uniqueness of a map's keys.
  @inlinable
  public init(_ bytes: ArraySlice<UInt8>, limits: MessagePackLimits = .standard, requireCanonical: Bool = false) {
    self.bytes = bytes
    self.limits = MessagePackLimits(
      depth: min(limits.depth, MessagePackLimits.greatestDepth), length: limits.length, count: limits.count)
    self.requireCanonical = requireCanonical
    position = bytes.startIndex
  }

  /// A reader at the start of `bytes`; see `init(_: ArraySlice<UInt8>, limits:requireCanonical:)`.
  @inlinable
  public init(_ bytes: [UInt8], limits: MessagePackLimits = .standard, requireCanonical: Bool = false) {
    self.init(bytes[...], limits: limits, requireCanonical: requireCanonical)
  }

  /// Whether every byte was read.
  @inlinable
  public var isAtEnd: Bool { position == bytes.endIndex }

  /// How many bytes were read.
  @inlinable
  public var offset: Int { position - bytes.startIndex }

  /// How many bytes are left.
  @inlinable
  public var remaining: Int { bytes.endIndex - position }

  /// The type of the next value, which stays unread.
  ///
  /// - Throws: `truncated` at the end of the input, `reservedByte` for 0xc1.
  @inlinable
  public func peekType() throws(MessagePackError) -> MessagePackType {
    guard let type = MessagePackType(firstByte: try firstByte()) else { throw .reservedByte }
    return type
  }

  /// Says that nothing more is expected.
  ///
  /// - Throws: `trailingBytes` if anything is left.
  @inlinable
  public func finish() throws(MessagePackError) {
    guard isAtEnd else { throw .trailingBytes }
  }

  /// Counts one more open array or map; a decoder that nests calls it after reading the header.
  ///
  /// - Throws: `tooDeep` if `MessagePackLimits.depth` containers are open already.
  @inlinable
  public mutating func enterContainer() throws(MessagePackError) {
    guard depth < limits.depth else { throw .tooDeep }
    depth += 1
  }

  /// Counts one open array or map less; once for each `enterContainer()` that did not throw.
  @inlinable
  public mutating func leaveContainer() {
    assert(depth > 0, "left a container that was not entered")
    depth -= 1
  }
}

// What is always inlined here looks and does not move. The functions that move are named `take…`; they leave
// the reader alone when they throw. (A call that does not mutate copies the reader first, a mutating one does not.)
extension MessagePackReader {
  /// The byte that begins the next value.
  @inlinable @inline(__always)
  func firstByte() throws(MessagePackError) -> UInt8 {
    guard position < bytes.endIndex else { throw .truncated }
    return bytes[position]
  }

  /// The error for a value that begins with `byte` and is not of the type asked for.
  @inlinable
  func mismatch(_ byte: UInt8) -> MessagePackError {
    byte == 0xc1 ? .reservedByte : .typeMismatch
  }

  /// The big-endian number in the `width` bytes (1, 2, 4 or 8) after the first byte of the next value.
  @inline(__always)
  func number(width: Int) throws(MessagePackError) -> UInt64 {
    guard remaining > width else { throw .truncated }
    var value: UInt64 = 0
    for index in position + 1...position + width { value = value << 8 | UInt64(bytes[index]) }
    return value
  }

  /// A number as `number(width:)` gives it, which canonical input has in this form from `least` on only.
  @inline(__always)
  func number(width: Int, least: UInt64) throws(MessagePackError) -> UInt64 {
    let value = try number(width: width)
    if requireCanonical, value < least { throw .nonCanonical }
    return value
  }

  /// A length or count of `width` bytes (1, 2 or 4), which canonical input has in this form from `least` on only.
  @inline(__always)
  func length(width: Int, least: UInt64) throws(MessagePackError) -> Int {
    guard let length = Int(exactly: try number(width: width, least: least)) else { throw .tooLong }
    return length
  }
}
