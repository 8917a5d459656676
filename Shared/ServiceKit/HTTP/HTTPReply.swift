// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a route of a service's HTTP port answers.
public struct HTTPReply: Sendable {
  /// The status code, 200 to 599.
  public var status: Int
  public var contentType: String
  public var body: [UInt8]
  /// The value of `Cache-Control`.
  public var cacheControl: String

  public init(
    status: Int = 200, contentType: String = "text/plain; charset=utf-8", body: [UInt8],
    cacheControl: String = "no-store"
  ) {
    self.status = status
    self.contentType = contentType
    self.body = body
    self.cacheControl = cacheControl
  }

  public static func text(_ text: String, status: Int = 200) -> HTTPReply {
    HTTPReply(status: status, body: Array(text.utf8))
  }

  /// - Throws: what encoding throws.
  public static func json(
    _ value: some Encodable, status: Int = 200, cacheControl: String = "no-store"
  ) throws -> HTTPReply {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return HTTPReply(
      status: status, contentType: "application/json", body: Array(try encoder.encode(value)),
      cacheControl: cacheControl)
  }
}
