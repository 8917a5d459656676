// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What went wrong between this process and Redis.
///
/// Its description holds the code, the first word of the server's error and the place of the call; never keys, values
/// or the rest of the server's words, because those may quote them.
public struct RedisError: Error, Sendable {
  public let code: Code
  /// The word that begins an error of the server: `ERR`, `OOM`, `NOSCRIPT`, `BUSYGROUP`, `NOGROUP`, `WRONGTYPE`…
  public let serverCode: String?
  /// A sentence of this module about the cause.
  public let reason: String
  /// The source file of the call, as `Module/File.swift`.
  public let file: String
  /// The line of the call.
  public let line: UInt

  init(_ code: Code, _ reason: String, at site: CallSite, serverCode: String? = nil) {
    self.code = code
    self.reason = reason
    self.serverCode = serverCode
    file = site.file.description
    line = site.line
  }

  /// An error reply as an error.
  init(serverMessage: String, at site: CallSite) {
    let word = serverMessage.prefix { $0 != " " }
    let isCode =
      !word.isEmpty && word.utf8.count <= 32 && word.allSatisfy { $0.isASCII && ($0.isUppercase || $0 == "_") }
    self.init(.server, "the server refused the command", at: site, serverCode: isCode ? String(word) : nil)
  }

  /// The kind of a ``RedisError``. More may be added.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    private enum Kind: String {
      case unavailable, connectionLost, timeout, backpressure, tooLarge, cancelled, shutDown, server, decoding
      case invalidAddress
    }

    private let kind: Kind

    private init(_ kind: Kind) { self.kind = kind }

    public var description: String { kind.rawValue }

    /// The server cannot be reached; the command was not sent.
    public static let unavailable = Code(.unavailable)
    /// The connection broke after the command was sent, which may or may not have taken effect.
    public static let connectionLost = Code(.connectionLost)
    /// No reply came in time and the connection was given up; the command may or may not have taken effect.
    public static let timeout = Code(.timeout)
    /// Too many commands or bytes wait; the command was not sent and can be tried again later.
    public static let backpressure = Code(.backpressure)
    /// A pipeline is larger than the client's whole bound, so it can never be sent.
    public static let tooLarge = Code(.tooLarge)
    /// The caller's task was cancelled; the command may or may not take effect.
    public static let cancelled = Code(.cancelled)
    /// The client has been shut down; a command that was under way may or may not have taken effect.
    public static let shutDown = Code(.shutDown)
    /// The server replied with an error; see ``RedisError/serverCode``.
    public static let server = Code(.server)
    /// A reply has another type than was asked for.
    public static let decoding = Code(.decoding)
    /// The address cannot be read.
    public static let invalidAddress = Code(.invalidAddress)
  }
}

extension RedisError: CustomStringConvertible, CustomDebugStringConvertible {
  public var description: String {
    let word = serverCode.map { " \($0)" } ?? ""
    return "Redis: \(code)\(word): \(reason) (\(file):\(line))"
  }

  public var debugDescription: String { description }
}

/// The place in the program whose call an error is about.
struct CallSite: Sendable {
  let file: StaticString
  let line: UInt
}
