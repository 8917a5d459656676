// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A command with its arguments, which are bytes and need no escaping.
///
/// ```swift
/// RedisCommand("SET", .text(key), .bytes(value), "PX", .integer(5_000))
/// ```
public struct RedisCommand: Sendable {
  /// All arguments, the name first, one after the other. The byte in front gives an empty argument an address.
  let bytes: [UInt8]
  /// Where each argument ends in `bytes`.
  let ends: [Int]

  public init(_ name: String, _ arguments: RedisArgument...) {
    self.init(name, arguments)
  }

  public init(_ name: String, _ arguments: [RedisArgument]) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(arguments.reduce(1 + name.utf8.count) { $0 + $1.bytes.count })
    bytes.append(0)
    bytes.append(contentsOf: name.utf8)
    var ends = [bytes.count]
    ends.reserveCapacity(1 + arguments.count)
    for argument in arguments {
      bytes.append(contentsOf: argument.bytes)
      ends.append(bytes.count)
    }
    self.bytes = bytes
    self.ends = ends
  }

  /// The name and the arguments as they are sent.
  public var arguments: [[UInt8]] {
    zip([1] + ends, ends).map { start, end in Array(bytes[start..<end]) }
  }

  /// Lends what `redisAppendCommandArgv` reads: the count, the addresses and the lengths of the arguments.
  func withArguments<Result>(
    _ body: (Int32, UnsafeMutablePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int>?) -> Result
  ) -> Result {
    unsafe bytes.withUnsafeBytes { memory in
      let start = unsafe memory.baseAddress?.assumingMemoryBound(to: CChar.self)
      return unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: ends.count) { pointers in
        unsafe withUnsafeTemporaryAllocation(of: Int.self, capacity: ends.count) { lengths in
          var offset = 1
          for (index, end) in ends.enumerated() {
            unsafe pointers.initializeElement(at: index, to: start.map { unsafe $0 + offset })
            unsafe lengths.initializeElement(at: index, to: end - offset)
            offset = end
          }
          return unsafe body(Int32(ends.count), pointers.baseAddress, UnsafePointer(lengths.baseAddress))
        }
      }
    }
  }
}

/// One argument of a ``RedisCommand``: bytes. Literals of text and numbers stand for themselves.
public struct RedisArgument: Sendable, Hashable, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
  ExpressibleByArrayLiteral
{
  public let bytes: [UInt8]

  public init(_ bytes: [UInt8]) { self.bytes = bytes }
  public init(stringLiteral value: String) { bytes = Array(value.utf8) }
  public init(integerLiteral value: Int64) { bytes = Array(String(value).utf8) }
  public init(arrayLiteral elements: UInt8...) { bytes = elements }

  /// Any bytes.
  public static func bytes(_ bytes: [UInt8]) -> RedisArgument { RedisArgument(bytes) }
  /// A text in UTF-8.
  public static func text(_ text: some StringProtocol) -> RedisArgument { RedisArgument(Array(text.utf8)) }
  /// A number in decimal digits.
  public static func integer(_ value: some BinaryInteger) -> RedisArgument { RedisArgument(Array(String(value).utf8)) }
  /// An entry's id.
  public static func id(_ id: RedisStreamID) -> RedisArgument { .text(id.description) }
}
