// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import BlockingThread
import CHiredis

/// Owns one connection of hiredis, which neither blocks nor leaves the thread of its ``RedisLoop``.
@safe struct RedisSocket: ~Copyable {
  private let context: UnsafeMutablePointer<redisContext>

  /// Takes over a connection that stands.
  init(owning context: UnsafeMutablePointer<redisContext>) {
    unsafe self.context = unsafe context
  }

  deinit {
    unsafe redisFree(context)
  }

  var descriptor: Int32 { unsafe context.pointee.fd }

  /// From now on reads and writes return at once.
  func makeNonBlocking() -> Bool {
    unsafe context.pointee.flags &= ~REDIS_BLOCK
    return setNonBlocking(unsafe context.pointee.fd)
  }

  /// Puts a command behind those that are to be written.
  func append(_ command: RedisCommand) -> Bool {
    unsafe command.withArguments { count, arguments, lengths in
      unsafe redisAppendCommandArgv(context, count, arguments, lengths) == REDIS_OK
    }
  }

  enum Written {
    case all, some, failed
  }

  /// Writes as much as the system takes.
  func write() -> Written {
    var isDone: Int32 = 0
    guard unsafe redisBufferWrite(context, &isDone) == REDIS_OK else { return .failed }
    return isDone == 1 ? .all : .some
  }

  /// Reads what has come, up to 64 KiB: hiredis moves what is left in its buffer for each kilobyte of replies taken.
  /// - Returns: false if the connection has ended.
  func read() -> Bool {
    // hiredis reads 16 KiB at a time; a shorter piece means that there is no more for now.
    for _ in 0..<4 {
      let before = unsafe context.pointee.reader.pointee.len
      guard unsafe redisBufferRead(context) == REDIS_OK else { return false }
      if unsafe context.pointee.reader.pointee.len - before != 16_384 { break }
    }
    return true
  }

  enum Received {
    case reply(RedisReply)
    case incomplete, malformed
  }

  /// Writes all and waits for one reply, while the connection still blocks; nil if none came.
  func blockForReply() -> RedisReply? {
    var raw: UnsafeMutableRawPointer?
    guard unsafe redisGetReply(context, &raw) == REDIS_OK, let raw = unsafe raw else { return nil }
    return unsafe OwnedReply(owning: raw).copy()
  }

  /// The next reply of those that have been read.
  func nextReply() -> Received {
    var raw: UnsafeMutableRawPointer?
    guard unsafe redisGetReplyFromReader(context, &raw) == REDIS_OK else { return .malformed }
    guard let raw = unsafe raw else { return .incomplete }
    let reply = unsafe OwnedReply(owning: raw)
    guard let copy = reply.copy() else { return .malformed }
    return .reply(copy)
  }
}

/// Owns a reply in hiredis' memory.
@safe struct OwnedReply: ~Copyable {
  private let raw: UnsafeMutableRawPointer

  init(owning raw: UnsafeMutableRawPointer) {
    unsafe self.raw = unsafe raw
  }

  deinit {
    unsafe freeReplyObject(raw)
  }

  /// - Returns: nil for a type that RESP 2 does not have.
  func copy() -> RedisReply? {
    unsafe Self.copy(raw.assumingMemoryBound(to: redisReply.self))
  }

  private static func copy(_ reply: UnsafeMutablePointer<redisReply>) -> RedisReply? {
    switch unsafe reply.pointee.type {
    case REDIS_REPLY_NIL: return .null
    case REDIS_REPLY_INTEGER: return .integer(unsafe reply.pointee.integer)
    case REDIS_REPLY_STRING: return .bulk(unsafe Array(memory(reply)))
    case REDIS_REPLY_STATUS: return .status(unsafe String(decoding: memory(reply), as: UTF8.self))
    case REDIS_REPLY_ERROR: return .error(unsafe String(decoding: memory(reply), as: UTF8.self))
    case REDIS_REPLY_ARRAY:
      var elements: [RedisReply] = []
      let count = unsafe reply.pointee.elements
      elements.reserveCapacity(count)
      for index in 0..<count {
        guard let element = unsafe reply.pointee.element[index], let copy = unsafe copy(element) else { return nil }
        elements.append(copy)
      }
      return .array(elements)
    default: return nil
    }
  }

  private static func memory(_ reply: UnsafeMutablePointer<redisReply>) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: reply.pointee.str, count: reply.pointee.len)
  }
}
