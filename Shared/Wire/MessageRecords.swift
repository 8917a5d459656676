// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// One message, encrypted once for each device of the recipient
public struct Send: WireRecord {
  /// The same at each retry.
  public var message: MessageID
  /// Whose devices.
  public var recipient: AccountID
  /// The device list that the envelopes were made for.
  public var deviceListNumber: UInt64
  /// One for each device of that list (except the sending one), in ascending order.
  public var envelopes: [Envelope]
  /// Whether a push may wake the recipient.
  public var isUrgent: Bool

  public init(
    message: MessageID,
    recipient: AccountID,
    deviceListNumber: UInt64,
    envelopes: [Envelope],
    isUrgent: Bool
  ) {
    self.message = message
    self.recipient = recipient
    self.deviceListNumber = deviceListNumber
    self.envelopes = envelopes
    self.isUrgent = isUrgent
  }

  public static let schema = RecordSchema(
    "Send", "One message, encrypted once for each device of the recipient",
    [
      FieldSchema(1, "message", "bin 16", "the same at each retry"),
      FieldSchema(2, "recipient", "bin 16", "whose devices"),
      FieldSchema(3, "deviceListNumber", "uint", "the device list that the envelopes were made for"),
      FieldSchema(
        4, "envelopes", "array of Envelope",
        "one for each device of that list (except the sending one), in ascending order"),
      FieldSchema(5, "isUrgent", "bool", "whether a push may wake the recipient"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    message = try fields.required(1)
    recipient = try fields.required(2)
    deviceListNumber = try fields.required(3)
    envelopes = try fields.list(4, atMost: WireLimits.devices)
    isUrgent = try fields.required(5)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, message)
    fields.put(2, recipient)
    fields.put(3, deviceListNumber)
    fields.put(4, list: envelopes)
    fields.put(5, isUrgent)
  }
}

/// A ciphertext for one device
public struct Envelope: WireRecord {
  /// The recipient device.
  public var device: DeviceID
  /// Whether it begins a session.
  public var kind: CiphertextKind
  /// At most 98,304 bytes, which the server never reads.
  public var ciphertext: ArraySlice<UInt8>

  public init(device: DeviceID, kind: CiphertextKind, ciphertext: ArraySlice<UInt8>) {
    self.device = device
    self.kind = kind
    self.ciphertext = ciphertext
  }

  public static let schema = RecordSchema(
    "Envelope", "A ciphertext for one device",
    [
      FieldSchema(1, "device", "uint", "the recipient device"),
      FieldSchema(2, "kind", "uint (1 begins a session, 2 continues one)", "whether it begins a session"),
      FieldSchema(3, "ciphertext", "bin", "at most 98,304 bytes, which the server never reads"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    device = try fields.required(1)
    kind = try fields.required(2)
    ciphertext = try fields.slice(3, atMost: WireLimits.ciphertextBytes)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, device)
    fields.put(2, kind)
    fields.put(3, slice: ciphertext)
  }
}

/// The message is durable: it will be delivered, whatever crashes
public struct Accepted: WireRecord {
  /// The message.
  public var message: MessageID
  /// Milliseconds since the Unix epoch, the same at each retry.
  public var acceptedAt: UInt64

  public init(message: MessageID, acceptedAt: UInt64) {
    self.message = message
    self.acceptedAt = acceptedAt
  }

  public static let schema = RecordSchema(
    "Accepted", "The message is durable: it will be delivered, whatever crashes",
    [
      FieldSchema(1, "message", "bin 16", "the message"),
      FieldSchema(2, "acceptedAt", "uint", "milliseconds since the Unix epoch, the same at each retry"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    message = try fields.required(1)
    acceptedAt = try fields.required(2)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, message)
    fields.put(2, acceptedAt)
  }
}

/// A message from the mailbox of the device
public struct Deliver: WireRecord {
  /// Counts the device's messages from 1. What has expired leaves a gap.
  public var sequence: UInt64
  /// From the sender's authenticated connection.
  public var sender: AccountID
  /// From the sender's authenticated connection.
  public var senderDevice: DeviceID
  /// The sender's id of the message.
  public var message: MessageID
  /// Milliseconds since the Unix epoch.
  public var acceptedAt: UInt64
  /// Whether it begins a session.
  public var kind: CiphertextKind
  /// What the sender encrypted for this device.
  public var ciphertext: ArraySlice<UInt8>
  /// The sequence number of the delivery before it over this connection; 0 for the first one, and for the first one of
  /// what is sent again. Who has not seen that delivery misses something.
  public var previous: UInt64

  public init(
    sequence: UInt64,
    sender: AccountID,
    senderDevice: DeviceID,
    message: MessageID,
    acceptedAt: UInt64,
    kind: CiphertextKind,
    ciphertext: ArraySlice<UInt8>,
    previous: UInt64
  ) {
    self.sequence = sequence
    self.sender = sender
    self.senderDevice = senderDevice
    self.message = message
    self.acceptedAt = acceptedAt
    self.kind = kind
    self.ciphertext = ciphertext
    self.previous = previous
  }

  public static let schema = RecordSchema(
    "Deliver", "A message from the mailbox of the device",
    [
      FieldSchema(1, "sequence", "uint", "counts the device's messages from 1; what has expired leaves a gap"),
      FieldSchema(2, "sender", "bin 16", "from the sender's authenticated connection"),
      FieldSchema(3, "senderDevice", "uint", "from the sender's authenticated connection"),
      FieldSchema(4, "message", "bin 16", "the sender's id of the message"),
      FieldSchema(5, "acceptedAt", "uint", "milliseconds since the Unix epoch"),
      FieldSchema(6, "kind", "uint (1 begins a session, 2 continues one)", "whether it begins a session"),
      FieldSchema(7, "ciphertext", "bin", "what the sender encrypted for this device"),
      FieldSchema(
        8, "previous", "uint",
        "the sequence of the delivery before it over this connection; 0 for the first one, and for the first of what is sent again"
      ),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    sequence = try fields.required(1)
    sender = try fields.required(2)
    senderDevice = try fields.required(3)
    message = try fields.required(4)
    acceptedAt = try fields.required(5)
    kind = try fields.required(6)
    ciphertext = try fields.slice(7, atMost: WireLimits.ciphertextBytes)
    previous = try fields.required(8)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, sequence)
    fields.put(2, sender)
    fields.put(3, senderDevice)
    fields.put(4, message)
    fields.put(5, acceptedAt)
    fields.put(6, kind)
    fields.put(7, slice: ciphertext)
    fields.put(8, previous)
  }
}

/// These deliveries are durable at the client: the server forgets them
public struct Acknowledge: WireRecord {
  /// Ascending, not overlapping.
  public var ranges: [SequenceRange]

  public init(ranges: [SequenceRange]) {
    self.ranges = ranges
  }

  public static let schema = RecordSchema(
    "Acknowledge", "These deliveries are durable at the client: the server forgets them",
    [
      FieldSchema(1, "ranges", "array of SequenceRange", "ascending, not overlapping")
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    ranges = try fields.list(1, atMost: WireLimits.acknowledgementRanges)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, list: ranges)
  }
}

/// Consecutive deliveries
public struct SequenceRange: WireRecord {
  /// The first sequence number.
  public var first: UInt64
  /// The last one, not less than the first.
  public var last: UInt64

  public init(first: UInt64, last: UInt64) {
    self.first = first
    self.last = last
  }

  public static let schema = RecordSchema(
    "SequenceRange", "Consecutive deliveries",
    [
      FieldSchema(1, "first", "uint", "the first sequence number"),
      FieldSchema(2, "last", "uint", "the last one, not less than the first"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    first = try fields.required(1)
    last = try fields.required(2)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, first)
    fields.put(2, last)
  }
}

/// Everything that waited at Ready has been delivered; what follows is live
public struct MailboxDrained: WireRecord {
  /// The last sequence number given so far, 0 for none.
  public var through: UInt64
  /// The sequence number of the last delivery before it, as in `Deliver`.
  public var previous: UInt64

  public init(through: UInt64, previous: UInt64) {
    self.through = through
    self.previous = previous
  }

  public static let schema = RecordSchema(
    "MailboxDrained", "Everything that waited at Ready has been delivered; what follows is live",
    [
      FieldSchema(1, "through", "uint", "the last sequence number given so far, 0 for none"),
      FieldSchema(2, "previous", "uint", "the sequence of the last delivery before it, as in Deliver"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    through = try fields.required(1)
    previous = try fields.required(2)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, through)
    fields.put(2, previous)
  }
}
