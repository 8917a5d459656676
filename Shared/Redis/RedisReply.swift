// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What Redis answered to one command (RESP 2).
public indirect enum RedisReply: Sendable, Equatable {
  /// A key that does not exist, a read that timed out.
  case null
  case integer(Int64)
  /// A short word such as `OK`.
  case status(String)
  /// Bytes.
  case bulk([UInt8])
  case array([RedisReply])
  /// The server's refusal: a code word, a space and words that may quote the command.
  case error(String)
}

/// Accessors that throw ``RedisError`` `.decoding` for another type, and `.server` for an error reply.
extension RedisReply {
  public var integerValue: Int64 {
    get throws(RedisError) {
      guard case .integer(let value) = self else { throw mismatch("an integer") }
      return value
    }
  }

  public var bytesValue: [UInt8] {
    get throws(RedisError) {
      guard case .bulk(let bytes) = self else { throw mismatch("bytes") }
      return bytes
    }
  }

  /// Bytes that are UTF-8, or a status.
  public var textValue: String {
    get throws(RedisError) {
      switch self {
      case .status(let text): return text
      case .bulk(let bytes):
        guard let text = String(validating: bytes, as: UTF8.self) else { throw mismatch("UTF-8") }
        return text
      default: throw mismatch("text")
      }
    }
  }

  /// nil for ``null``.
  public var optionalTextValue: String? {
    get throws(RedisError) {
      if case .null = self { nil } else { try textValue }
    }
  }

  public var arrayValue: [RedisReply] {
    get throws(RedisError) {
      guard case .array(let elements) = self else { throw mismatch("an array") }
      return elements
    }
  }

  /// nil for ``null``.
  public var optionalArrayValue: [RedisReply]? {
    get throws(RedisError) {
      if case .null = self { nil } else { try arrayValue }
    }
  }

  /// The reply itself, unless it is an error.
  public func successful(file: StaticString = #fileID, line: UInt = #line) throws(RedisError) -> RedisReply {
    if case .error(let message) = self {
      throw RedisError(serverMessage: message, at: CallSite(file: file, line: line))
    }
    return self
  }

  /// The code word of an error reply; nil for every other reply.
  public var errorCode: String? {
    guard case .error(let message) = self else { return nil }
    return RedisError(serverMessage: message, at: CallSite(file: #fileID, line: #line)).serverCode
  }

  private func mismatch(_ wanted: String) -> RedisError {
    let site = CallSite(file: #fileID, line: #line)
    if case .error(let message) = self { return RedisError(serverMessage: message, at: site) }
    return RedisError(.decoding, "the reply is not \(wanted)", at: site)
  }
}
