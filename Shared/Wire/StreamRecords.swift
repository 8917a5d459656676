// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A request on the work queue of a service
public struct ServiceRequest: WireRecord {
  /// The gateway whose stream the reply goes to.
  public var gateway: String
  /// The connection at that gateway.
  public var connection: UInt64
  /// The client's number of the request.
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
      FieldSchema(3, "request", "uint", "the client's number of the request"),
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

/// An entry of a gateway's stream
public struct GatewayEvents: WireRecord {
  /// Frames for its connections, in order.
  public var frames: [OutboundFrame]
  /// Partitions whose new owner asks who is connected.
  public var attachmentsWanted: [UInt32]
  /// The worker that asks, empty if none.
  public var worker: String

  public init(frames: [OutboundFrame], attachmentsWanted: [UInt32], worker: String) {
    self.frames = frames
    self.attachmentsWanted = attachmentsWanted
    self.worker = worker
  }

  public static let schema = RecordSchema(
    "GatewayEvents", "An entry of a gateway's stream",
    [
      FieldSchema(1, "frames", "array of OutboundFrame", "frames for its connections, in order"),
      FieldSchema(2, "attachmentsWanted", "array of uint", "partitions whose new owner asks who is connected"),
      FieldSchema(3, "worker", "str", "the worker that asks, empty if none"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    frames = try fields.list(1, atMost: WireLimits.streamBatch)
    attachmentsWanted = try fields.list(2, atMost: 64)
    worker = try fields.text(3, atMost: 64)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, list: frames)
    fields.put(2, list: attachmentsWanted)
    fields.put(3, worker)
  }
}

/// A frame for one connection
public struct OutboundFrame: WireRecord {
  /// The connection at this gateway.
  public var connection: UInt64
  /// The client's number of the request it answers, or 0.
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
      FieldSchema(2, "request", "uint", "the client's number of the request it answers, or 0"),
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

/// An entry of a partition's stream
public struct PartitionCommands: WireRecord {
  /// The gateway that wrote it, empty if it was a service.
  public var gateway: String
  /// In the order of their connections.
  public var commands: [PartitionCommand]

  public init(gateway: String, commands: [PartitionCommand]) {
    self.gateway = gateway
    self.commands = commands
  }

  public static let schema = RecordSchema(
    "PartitionCommands", "An entry of a partition's stream",
    [
      FieldSchema(1, "gateway", "str", "the gateway that wrote it, empty if it was a service"),
      FieldSchema(2, "commands", "array of PartitionCommand", "in the order of their connections"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    gateway = try fields.text(1, atMost: 64)
    commands = try fields.list(2, atMost: WireLimits.streamBatch)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, gateway)
    fields.put(2, list: commands)
  }
}

/// What a gateway or a service asks of the owner of a partition; exactly one field
public struct PartitionCommand: WireRecord {
  /// A message to an account of this partition.
  public var send: PartitionSend?
  /// A device has these deliveries.
  public var acknowledge: PartitionAcknowledge?
  /// A device is connected: drain its mailbox, then go live.
  public var attach: PartitionAttach?
  /// A device is no longer connected.
  public var detach: PartitionDetach?
  /// The device list of an account has changed.
  public var accountChanged: AccountID?

  public init(
    send: PartitionSend? = nil,
    acknowledge: PartitionAcknowledge? = nil,
    attach: PartitionAttach? = nil,
    detach: PartitionDetach? = nil,
    accountChanged: AccountID? = nil
  ) {
    self.send = send
    self.acknowledge = acknowledge
    self.attach = attach
    self.detach = detach
    self.accountChanged = accountChanged
  }

  public static let schema = RecordSchema(
    "PartitionCommand", "What a gateway or a service asks of the owner of a partition; exactly one field",
    [
      FieldSchema(1, "send", "PartitionSend", "a message to an account of this partition", .optional),
      FieldSchema(2, "acknowledge", "PartitionAcknowledge", "a device has these deliveries", .optional),
      FieldSchema(3, "attach", "PartitionAttach", "a device is connected: drain its mailbox, then go live", .optional),
      FieldSchema(4, "detach", "PartitionDetach", "a device is no longer connected", .optional),
      FieldSchema(5, "accountChanged", "bin 16", "the device list of an account has changed", .optional),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    send = try fields.optional(1)
    acknowledge = try fields.optional(2)
    attach = try fields.optional(3)
    detach = try fields.optional(4)
    accountChanged = try fields.optional(5)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, send)
    fields.put(2, acknowledge)
    fields.put(3, attach)
    fields.put(4, detach)
    fields.put(5, accountChanged)
  }
}

/// A message on its way into the mailboxes of its recipient
public struct PartitionSend: WireRecord {
  /// Where Accepted or Failure goes.
  public var connection: UInt64
  /// The client's number of the request.
  public var request: UInt64
  /// From the authenticated connection.
  public var sender: AccountID
  /// From the authenticated connection.
  public var senderDevice: DeviceID
  /// The Send record as the client wrote it.
  public var body: ArraySlice<UInt8>
  /// Milliseconds since the Unix epoch, by the gateway's clock.
  public var receivedAt: UInt64

  public init(
    connection: UInt64,
    request: UInt64,
    sender: AccountID,
    senderDevice: DeviceID,
    body: ArraySlice<UInt8>,
    receivedAt: UInt64
  ) {
    self.connection = connection
    self.request = request
    self.sender = sender
    self.senderDevice = senderDevice
    self.body = body
    self.receivedAt = receivedAt
  }

  public static let schema = RecordSchema(
    "PartitionSend", "A message on its way into the mailboxes of its recipient",
    [
      FieldSchema(1, "connection", "uint", "where Accepted or Failure goes"),
      FieldSchema(2, "request", "uint", "the client's number of the request"),
      FieldSchema(3, "sender", "bin 16", "from the authenticated connection"),
      FieldSchema(4, "senderDevice", "uint", "from the authenticated connection"),
      FieldSchema(5, "body", "map", "the Send record as the client wrote it"),
      FieldSchema(6, "receivedAt", "uint", "milliseconds since the Unix epoch, by the gateway's clock"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    connection = try fields.required(1)
    request = try fields.required(2)
    sender = try fields.required(3)
    senderDevice = try fields.required(4)
    body = try fields.encodedValue(5)
    receivedAt = try fields.required(6)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, connection)
    fields.put(2, request)
    fields.put(3, sender)
    fields.put(4, senderDevice)
    fields.put(5, encodedValue: body)
    fields.put(6, receivedAt)
  }
}

/// A device has these deliveries
public struct PartitionAcknowledge: WireRecord {
  /// From the authenticated connection.
  public var account: AccountID
  /// From the authenticated connection.
  public var device: DeviceID
  /// As the client wrote them.
  public var ranges: [SequenceRange]

  public init(account: AccountID, device: DeviceID, ranges: [SequenceRange]) {
    self.account = account
    self.device = device
    self.ranges = ranges
  }

  public static let schema = RecordSchema(
    "PartitionAcknowledge", "A device has these deliveries",
    [
      FieldSchema(1, "account", "bin 16", "from the authenticated connection"),
      FieldSchema(2, "device", "uint", "from the authenticated connection"),
      FieldSchema(3, "ranges", "array of SequenceRange", "as the client wrote them"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    account = try fields.required(1)
    device = try fields.required(2)
    ranges = try fields.list(3, atMost: WireLimits.acknowledgementRanges)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, account)
    fields.put(2, device)
    fields.put(3, list: ranges)
  }
}

/// A device is connected
public struct PartitionAttach: WireRecord {
  /// The connection at the gateway that wrote this; larger is newer.
  public var connection: UInt64
  /// From the authenticated connection.
  public var account: AccountID
  /// From the authenticated connection.
  public var device: DeviceID

  public init(connection: UInt64, account: AccountID, device: DeviceID) {
    self.connection = connection
    self.account = account
    self.device = device
  }

  public static let schema = RecordSchema(
    "PartitionAttach", "A device is connected",
    [
      FieldSchema(1, "connection", "uint", "the connection at the gateway that wrote this; larger is newer"),
      FieldSchema(2, "account", "bin 16", "from the authenticated connection"),
      FieldSchema(3, "device", "uint", "from the authenticated connection"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    connection = try fields.required(1)
    account = try fields.required(2)
    device = try fields.required(3)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, connection)
    fields.put(2, account)
    fields.put(3, device)
  }
}

/// A device is no longer connected there
public struct PartitionDetach: WireRecord {
  /// The connection that ended.
  public var connection: UInt64
  /// From the authenticated connection.
  public var account: AccountID
  /// From the authenticated connection.
  public var device: DeviceID

  public init(connection: UInt64, account: AccountID, device: DeviceID) {
    self.connection = connection
    self.account = account
    self.device = device
  }

  public static let schema = RecordSchema(
    "PartitionDetach", "A device is no longer connected there",
    [
      FieldSchema(1, "connection", "uint", "the connection that ended"),
      FieldSchema(2, "account", "bin 16", "from the authenticated connection"),
      FieldSchema(3, "device", "uint", "from the authenticated connection"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    connection = try fields.required(1)
    account = try fields.required(2)
    device = try fields.required(3)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, connection)
    fields.put(2, account)
    fields.put(3, device)
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
