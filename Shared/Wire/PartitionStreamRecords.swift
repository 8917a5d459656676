// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

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
  /// The gateway's number of the request.
  public var request: UInt64
  /// From the authenticated connection.
  public var sender: AccountID
  /// From the authenticated connection.
  public var senderDevice: DeviceID
  /// The Send record as the client wrote it.
  public var body: ArraySlice<UInt8>

  public init(
    connection: UInt64,
    request: UInt64,
    sender: AccountID,
    senderDevice: DeviceID,
    body: ArraySlice<UInt8>
  ) {
    self.connection = connection
    self.request = request
    self.sender = sender
    self.senderDevice = senderDevice
    self.body = body
  }

  public static let schema = RecordSchema(
    "PartitionSend", "A message on its way into the mailboxes of its recipient",
    [
      FieldSchema(1, "connection", "uint", "where Accepted or Failure goes"),
      FieldSchema(2, "request", "uint", "the gateway's number of the request"),
      FieldSchema(3, "sender", "bin 16", "from the authenticated connection"),
      FieldSchema(4, "senderDevice", "uint", "from the authenticated connection"),
      FieldSchema(5, "body", "map", "the Send record as the client wrote it"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    connection = try fields.required(1)
    request = try fields.required(2)
    sender = try fields.required(3)
    senderDevice = try fields.required(4)
    body = try fields.encodedValue(5)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, connection)
    fields.put(2, request)
    fields.put(3, sender)
    fields.put(4, senderDevice)
    fields.put(5, encodedValue: body)
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
  /// Since when: milliseconds since the Unix epoch, by the gateway's clock. Of connections at two gateways the later
  /// one is the device's.
  public var authenticatedAt: UInt64

  public init(connection: UInt64, account: AccountID, device: DeviceID, authenticatedAt: UInt64) {
    self.connection = connection
    self.account = account
    self.device = device
    self.authenticatedAt = authenticatedAt
  }

  public static let schema = RecordSchema(
    "PartitionAttach", "A device is connected",
    [
      FieldSchema(1, "connection", "uint", "the connection at the gateway that wrote this; larger is newer"),
      FieldSchema(2, "account", "bin 16", "from the authenticated connection"),
      FieldSchema(3, "device", "uint", "from the authenticated connection"),
      FieldSchema(
        4, "authenticatedAt", "uint",
        "since when, by the gateway's clock; of connections at two gateways the later one is the device's"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    connection = try fields.required(1)
    account = try fields.required(2)
    device = try fields.required(3)
    authenticatedAt = try fields.required(4)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, connection)
    fields.put(2, account)
    fields.put(3, device)
    fields.put(4, authenticatedAt)
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
