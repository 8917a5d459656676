// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The few calls of the operating system that a profile needs beyond Foundation.
enum SystemCalls {
  /// What an errno means, in the operating system's words.
  static func message(_ number: Int32) -> String { String(cString: strerror(number)) }

  /// A call failed; `number` is errno.
  struct Failure: Error {
    let number: Int32

    static var last: Failure { Failure(number: errno) }
    var isMissing: Bool { number == ENOENT }
    var exists: Bool { number == EEXIST }
    var wouldBlock: Bool { number == EWOULDBLOCK }
  }

  /// A file descriptor that is closed when the last reference to it goes.
  final class File: Sendable {
    let descriptor: Int32

    init(_ path: String, flags: Int32, mode: mode_t = 0o600) throws(Failure) {
      descriptor = open(path, flags | O_CLOEXEC, mode)
      guard descriptor >= 0 else { throw .last }
    }

    deinit { close(descriptor) }

    /// Everything up to `maximum` bytes.
    func read(atMost maximum: Int) throws(Failure) -> [UInt8] {
      var result: [UInt8] = []
      var chunk = [UInt8](repeating: 0, count: 4_096)
      while result.count < maximum {
        #if canImport(Darwin)
          let count = Darwin.read(descriptor, &chunk, min(chunk.count, maximum - result.count))
        #elseif canImport(Musl)
          let count = Musl.read(descriptor, &chunk, min(chunk.count, maximum - result.count))
        #else
          let count = Glibc.read(descriptor, &chunk, min(chunk.count, maximum - result.count))
        #endif
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw .last }
        if count == 0 { break }
        result += chunk[..<count]
      }
      return result
    }

    func write(_ bytes: [UInt8]) throws(Failure) {
      var offset = 0
      while offset < bytes.count {
        let rest = Array(bytes[offset...])
        #if canImport(Darwin)
          let count = Darwin.write(descriptor, rest, rest.count)
        #elseif canImport(Musl)
          let count = Musl.write(descriptor, rest, rest.count)
        #else
          let count = Glibc.write(descriptor, rest, rest.count)
        #endif
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw .last }
        offset += count
      }
    }

    /// Returns when the bytes are on the disk.
    func synchronize() throws(Failure) {
      guard fsync(descriptor) == 0 else { throw .last }
    }

    /// Takes an exclusive lock that ends with the descriptor; `wouldBlock` if somebody else has it.
    func lock() throws(Failure) {
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw .last }
    }

    /// Gives the lock back before the descriptor goes.
    func unlock() throws(Failure) {
      guard flock(descriptor, LOCK_UN) == 0 else { throw .last }
    }

    func truncate() throws(Failure) {
      guard ftruncate(descriptor, 0) == 0 else { throw .last }
    }

    /// Takes all permissions from everybody but the owner.
    func makePrivate() throws(Failure) {
      guard fchmod(descriptor, 0o600) == 0 else { throw .last }
    }

    /// The permission bits.
    func mode() throws(Failure) -> mode_t {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else { throw .last }
      return status.st_mode & 0o7777
    }
  }

  /// Creates one directory that only its owner may enter.
  static func makeDirectory(_ path: String) throws(Failure) {
    guard mkdir(path, 0o700) == 0 else { throw .last }
  }

  /// Puts `bytes` at `path` at once or not at all, durably, readable for the owner alone.
  static func replaceFile(_ path: String, with bytes: [UInt8]) throws(Failure) {
    let temporary = path + ".new"
    let file = try File(temporary, flags: O_WRONLY | O_CREAT | O_TRUNC)
    try file.write(bytes)
    try file.synchronize()
    guard rename(temporary, path) == 0 else { throw .last }
    let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    try File(parent.isEmpty ? "/" : parent, flags: O_RDONLY).synchronize()
  }

  /// Creates a file that does not exist yet; `exists` if it does.
  static func createFile(_ path: String, with bytes: [UInt8]) throws(Failure) {
    let file = try File(path, flags: O_WRONLY | O_CREAT | O_EXCL)
    try file.write(bytes)
    try file.synchronize()
  }

  static func openForReading(_ path: String) throws(Failure) -> File { try File(path, flags: O_RDONLY) }
  static func openForLocking(_ path: String) throws(Failure) -> File { try File(path, flags: O_RDWR | O_CREAT) }
  static var processID: Int32 { getpid() }
}
