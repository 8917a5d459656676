// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// An entry of a gateway's stream
public struct GatewayEvents: WireRecord {
  /// Frames for its connections, in order.
  public var frames: [OutboundFrame]
  /// Partitions whose new owner asks who is connected.
  public var attachmentsWanted: [UInt32]

  public init(frames: [OutboundFrame], attachmentsWanted: [UInt32]) {
    self.frames = frames
    self.attachmentsWanted = attachmentsWanted
  }

  public static let schema = RecordSchema(
    "GatewayEvents", "An entry of a gateway's stream",
    [
      FieldSchema(1, "frames", "array of OutboundFrame", "frames for its connections, in order"),
      FieldSchema(2, "attachmentsWanted", "array of uint", "partitions whose new owner asks who is connected"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    frames = try fields.list(1, atMost: WireLimits.streamBatch)
    attachmentsWanted = try fields.list(2, atMost: 64)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, list: frames)
    fields.put(2, list: attachmentsWanted)
  }
}

/// A frame for one connection
public struct OutboundFrame: WireRecord {
  /// The connection at this gateway.
  public var connection: UInt64
  /// The gateway's number of the request it answers, or 0.
  public var request: UInt64
  /// The kind of the frame.
  public var kind: UInt64
  /// The body of the frame, passed on as it is.
  public var body: ArraySlice<UInt8>

  public init(connection: UInt64, request: UInt64, kind: UInt64, body: ArraySlice<UInt8>) {
    self.connection = connection
    self.request = request
    self.kind = kind
    self.body = body
  }

  public static let schema = RecordSchema(
    "OutboundFrame", "A frame for one connection",
    [
      FieldSchema(1, "connection", "uint", "the connection at this gateway"),
      FieldSchema(2, "request", "uint", "the gateway's number of the request it answers, or 0"),
      FieldSchema(3, "kind", "uint", "the kind of the frame"),
      FieldSchema(4, "body", "map", "the body of the frame, passed on as it is"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    connection = try fields.required(1)
    request = try fields.required(2)
    kind = try fields.required(3)
    body = try fields.encodedValue(4)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, connection)
    fields.put(2, request)
    fields.put(3, kind)
    fields.put(4, encodedValue: body)
  }
}
