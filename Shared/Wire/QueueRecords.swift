// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A request on the work queue of a service
public struct ServiceRequest: WireRecord {
  /// The gateway whose stream the reply goes to.
  public var gateway: String
  /// The connection at that gateway.
  public var connection: UInt64
  /// The gateway's number of the request.
  public var request: UInt64
  /// The kind of the frame.
  public var kind: UInt64
  /// The body of the frame, as the client wrote it.
  public var body: ArraySlice<UInt8>
  /// Milliseconds since the Unix epoch; later it is dropped unanswered.
  public var deadline: UInt64
  /// From the authenticated connection.
  public var account: AccountID?
  /// From the authenticated connection.
  public var device: DeviceID?
  /// A keyed hash of the client's address, to limit rates by.
  public var origin: [UInt8]?

  public init(
    gateway: String,
    connection: UInt64,
    request: UInt64,
    kind: UInt64,
    body: ArraySlice<UInt8>,
    deadline: UInt64,
    account: AccountID? = nil,
    device: DeviceID? = nil,
    origin: [UInt8]? = nil
  ) {
    self.gateway = gateway
    self.connection = connection
    self.request = request
    self.kind = kind
    self.body = body
    self.deadline = deadline
    self.account = account
    self.device = device
    self.origin = origin
  }

  public static let schema = RecordSchema(
    "ServiceRequest", "A request on the work queue of a service",
    [
      FieldSchema(1, "gateway", "str", "the gateway whose stream the reply goes to"),
      FieldSchema(2, "connection", "uint", "the connection at that gateway"),
      FieldSchema(3, "request", "uint", "the gateway's number of the request"),
      FieldSchema(4, "kind", "uint", "the kind of the frame"),
      FieldSchema(5, "body", "map", "the body of the frame, as the client wrote it"),
      FieldSchema(6, "deadline", "uint", "milliseconds since the Unix epoch; later it is dropped unanswered"),
      FieldSchema(7, "account", "bin 16", "from the authenticated connection", .optional),
      FieldSchema(8, "device", "uint", "from the authenticated connection", .optional),
      FieldSchema(9, "origin", "bin", "a keyed hash of the client's address, to limit rates by", .optional),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    gateway = try fields.text(1, atMost: 64)
    connection = try fields.required(2)
    request = try fields.required(3)
    kind = try fields.required(4)
    body = try fields.encodedValue(5)
    deadline = try fields.required(6)
    account = try fields.optional(7)
    device = try fields.optional(8)
    origin = try fields.optionalBytes(9, atMost: 32)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, gateway)
    fields.put(2, connection)
    fields.put(3, request)
    fields.put(4, kind)
    fields.put(5, encodedValue: body)
    fields.put(6, deadline)
    fields.put(7, account)
    fields.put(8, device)
    fields.put(9, bytes: origin)
  }
}

/// An entry of the push relay's queue: wake these devices
public struct PushRequest: WireRecord {
  /// The devices.
  public var wakeUps: [WakeUp]

  public init(wakeUps: [WakeUp]) {
    self.wakeUps = wakeUps
  }

  public static let schema = RecordSchema(
    "PushRequest", "An entry of the push relay's queue: wake these devices",
    [
      FieldSchema(1, "wakeUps", "array of WakeUp", "the devices")
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    wakeUps = try fields.list(1, atMost: WireLimits.streamBatch)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, list: wakeUps)
  }
}

/// A device that something waits for; says nothing of what
public struct WakeUp: WireRecord {
  /// The account.
  public var account: AccountID
  /// The device.
  public var device: DeviceID
  /// Whether it may make a sound.
  public var isUrgent: Bool

  public init(account: AccountID, device: DeviceID, isUrgent: Bool) {
    self.account = account
    self.device = device
    self.isUrgent = isUrgent
  }

  public static let schema = RecordSchema(
    "WakeUp", "A device that something waits for; says nothing of what",
    [
      FieldSchema(1, "account", "bin 16", "the account"),
      FieldSchema(2, "device", "uint", "the device"),
      FieldSchema(3, "isUrgent", "bool", "whether it may make a sound"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    account = try fields.required(1)
    device = try fields.required(2)
    isUrgent = try fields.required(3)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, account)
    fields.put(2, device)
    fields.put(3, isUrgent)
  }
}
