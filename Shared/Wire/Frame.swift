// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack

/// One WebSocket message: a kind, the number of the request it makes or answers, and a body.
///
/// A client numbers its requests from 1 as it likes, without reusing a number that has no answer yet; the answer
/// carries the same number. Frames that ask for nothing, or that the server sends by itself, have number 0.
public struct Frame: Sendable, Equatable {
  /// The number of a `FrameKind`, or one that this version does not know.
  public var kind: UInt64
  /// The request that this frame makes or answers; 0 for none.
  public var request: UInt64
  /// One MessagePack map, still encoded, sharing the storage of the message.
  public var body: ArraySlice<UInt8>

  public init(kind: UInt64, request: UInt64, body: ArraySlice<UInt8>) {
    self.kind = kind
    self.request = request
    self.body = body
  }

  public init<Body: FrameBody>(_ body: Body, request: UInt64 = 0) {
    self.init(kind: Body.kind.rawValue, request: request, body: body.encoded()[...])
  }

  /// The body as the record that it should be.
  public func decode<Body: FrameBody>(_ type: Body.Type = Body.self) throws(WireError) -> Body {
    guard kind == Body.kind.rawValue else { throw .unknownCase(kind) }
    return try Body(encoded: body)
  }
}

extension Frame: WireRecord {
  public static let schema = RecordSchema(
    "Frame", "One WebSocket message",
    [
      FieldSchema(1, "kind", "uint (frame kind)", "what the body is"),
      FieldSchema(2, "request", "uint", "the request that this frame makes or answers; 0 for none"),
      FieldSchema(3, "body", "map", "the record of that kind"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    kind = try fields.required(1)
    request = try fields.required(2)
    body = try fields.encodedValue(3)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, kind)
    fields.put(2, request)
    fields.put(3, encodedValue: body)
  }
}
