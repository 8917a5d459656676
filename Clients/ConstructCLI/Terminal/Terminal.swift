// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A terminal, by a descriptor that reads and one that writes.
struct Terminal: Sendable {
  private let input: Int32
  private let output: Int32

  static var isStandardInput: Bool { isatty(STDIN_FILENO) == 1 }
  static var isStandardOutput: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Standard input and output, if both are one and it understands cursor movements.
  static func interactive(environment: [String: String]) -> Terminal? {
    guard isStandardInput, isStandardOutput, let kind = environment["TERM"], !kind.isEmpty, kind != "dumb" else {
      return nil
    }
    return Terminal(input: STDIN_FILENO, output: STDOUT_FILENO)
  }

  /// The terminal that the process belongs to, wherever its input and output go.
  static func controlling() -> Terminal? {
    let descriptor = open("/dev/tty", O_RDWR | O_CLOEXEC)
    return descriptor < 0 ? nil : Terminal(input: descriptor, output: descriptor)
  }

  /// Columns and rows; 80 by 24 if it does not say.
  var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(output, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  func write(_ text: String) {
    var bytes = Array(text.utf8)
    while !bytes.isEmpty {
      let count = systemWrite(output, bytes)
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count > 0 else { return }
      bytes.removeFirst(count)
    }
  }

  /// What has been typed, up to 4 KiB; waits for the first byte. Empty at the end of input.
  func read() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 4_096)
    while true {
      let count = systemRead(input, &bytes)
      if count < 0, errno == EINTR { continue }
      return count > 0 ? Array(bytes[..<count]) : []
    }
  }

  /// Ctrl-C as a byte.
  private static let interrupt: UInt8 = 3

  /// A line that is not shown as it is typed.
  func readSecret(prompt: String) throws -> [UInt8] {
    var before = termios()
    guard tcgetattr(input, &before) == 0 else { throw CommandFailure(.usage, "The terminal cannot be read.") }
    var quiet = before
    // Signals stay keys, so that the terminal is always restored, and Ctrl-C ends the line like a return.
    quiet.c_lflag &= ~tcflag_t(ECHO | ISIG)
    unsafe withUnsafeMutableBytes(of: &quiet.c_cc) { unsafe $0[Int(VEOL)] = Self.interrupt }
    // Before the prompt, and without throwing away what a script has typed already.
    tcsetattr(input, TCSADRAIN, &quiet)
    write(prompt)
    defer {
      tcsetattr(input, TCSAFLUSH, &before)
      write("\n")
    }
    var line: [UInt8] = []
    while line.last != 0x0A {
      let typed = read()
      if typed.isEmpty { break }
      line += typed
      if line.contains(Self.interrupt) { throw CommandFailure(.usage, "Cancelled.") }
    }
    while let last = line.last, last == 0x0A || last == 0x0D { line.removeLast() }
    return line
  }

  /// Hands every key over as it is typed, without showing it; `restore` with the result takes that back.
  func beginKeys() throws -> Mode {
    var before = termios()
    guard tcgetattr(input, &before) == 0 else { throw CommandFailure(.usage, "The terminal cannot be read.") }
    var keys = before
    // Signals stay keys, too, so that the terminal is always restored; output is processed as usual.
    keys.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG | IEXTEN)
    keys.c_iflag &= ~tcflag_t(IXON | ICRNL | INLCR | IGNCR | ISTRIP)
    tcsetattr(input, TCSAFLUSH, &keys)
    return Mode(attributes: before)
  }

  func restore(_ mode: Mode) {
    var attributes = mode.attributes
    tcsetattr(input, TCSAFLUSH, &attributes)
  }

  /// Whether the terminal marks what is pasted (xterm's mode 2004).
  static func bracketedPaste(_ isOn: Bool) -> String { "\u{1B}[?2004\(isOn ? "h" : "l")" }

  struct Mode: Sendable {
    fileprivate let attributes: termios
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: [UInt8]) -> Int {
  #if canImport(Glibc)
    Glibc.write(descriptor, bytes, bytes.count)
  #elseif canImport(Musl)
    Musl.write(descriptor, bytes, bytes.count)
  #else
    Darwin.write(descriptor, bytes, bytes.count)
  #endif
}

private func systemRead(_ descriptor: Int32, _ bytes: inout [UInt8]) -> Int {
  let capacity = bytes.count
  #if canImport(Glibc)
    return Glibc.read(descriptor, &bytes, capacity)
  #elseif canImport(Musl)
    return Musl.read(descriptor, &bytes, capacity)
  #else
    return Darwin.read(descriptor, &bytes, capacity)
  #endif
}
