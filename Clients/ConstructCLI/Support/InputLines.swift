// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ConstructClient
import Dispatch
import Foundation

/// Lines from elsewhere, read by a thread that waits for them, each when it is asked for: whoever writes them faster than
/// they are taken waits, and none is dropped. Made for one reader.
struct InputLines: AsyncSequence, Sendable {
  private let demand = DispatchSemaphore(value: 0)
  private let lines: AsyncStream<Result<String, CommandFailure>>

  /// The lines of standard input.
  static func standardInput() -> InputLines {
    InputLines {
      var reader = LineReader(FileHandle.standardInput.fileDescriptor)
      return { reader.next() }
    }
  }

  /// - Parameter open: called on the reading thread; gives the function that reads the next line, which may block and
  ///   answers nil at the end of the input.
  init(_ open: @escaping @Sendable () -> () -> Result<String, CommandFailure>?) {
    let (lines, continuation) = AsyncStream.makeStream(of: Result<String, CommandFailure>.self)
    self.lines = lines
    // It waits for the other end of a pipe, which nothing interrupts, and goes with the process.
    Thread.detachNewThread { [demand] in
      let next = open()
      while true {
        demand.wait()
        guard let line = next() else { return continuation.finish() }
        continuation.yield(line)
      }
    }
  }

  func makeAsyncIterator() -> Iterator { Iterator(demand: demand, base: lines.makeAsyncIterator()) }

  struct Iterator: AsyncIteratorProtocol {
    fileprivate let demand: DispatchSemaphore
    fileprivate var base: AsyncStream<Result<String, CommandFailure>>.Iterator

    /// Nil at the end of the input, or when the task is cancelled.
    mutating func next() async throws -> String? {
      demand.signal()
      return try await base.next()?.get()
    }
  }
}

/// Splits what a file descriptor gives into lines.
struct LineReader {
  /// Bytes of the longest line: what fits into one message.
  static let longest = MessageLimits.textBytes

  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var isOver = false

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// The next line without its end, which is LF or CRLF; nil when there is none any more. May block.
  mutating func next() -> Result<String, CommandFailure>? {
    while true {
      if let end = buffer.firstIndex(of: 0x0A) {
        defer { buffer.removeFirst(end + 1) }
        return Self.line(buffer[..<end])
      }
      if buffer.count <= Self.longest + 1, !isOver, let chunk = read() {
        buffer += chunk
        continue
      }
      // The end of the input, or more than a line may have: what would come behind that belongs to no line.
      isOver = true
      defer { buffer = [] }
      return buffer.isEmpty ? nil : Self.line(buffer[...])
    }
  }

  private func read() -> [UInt8]? {
    let chunk = [UInt8](unsafeUninitializedCapacity: 65_536) { space, count in
      repeat { count = Foundation.read(descriptor, space.baseAddress, space.count) } while count < 0 && errno == EINTR
      count = max(count, 0)
    }
    return chunk.isEmpty ? nil : chunk
  }

  private static func line(_ bytes: ArraySlice<UInt8>) -> Result<String, CommandFailure> {
    let bytes = bytes.last == 0x0D ? bytes.dropLast() : bytes
    guard bytes.count <= longest else { return .failure(tooLong) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return .failure(CommandFailure(.dataRefused, "Standard input is not UTF-8."))
    }
    return .success(text)
  }

  private static var tooLong: CommandFailure {
    CommandFailure(.dataRefused, "A line of standard input has more than \(longest) bytes.", "Send it in parts.")
  }
}
