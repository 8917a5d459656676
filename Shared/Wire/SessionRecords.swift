// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The first frame of every connection, from the client
public struct Hello: WireRecord {
  /// The lowest protocol version the client speaks.
  public var lowestVersion: UInt64
  /// The highest protocol version the client speaks.
  public var highestVersion: UInt64
  /// Name and version of the client, for the operator.
  public var client: String

  public init(lowestVersion: UInt64, highestVersion: UInt64, client: String) {
    self.lowestVersion = lowestVersion
    self.highestVersion = highestVersion
    self.client = client
  }

  public static let schema = RecordSchema(
    "Hello", "The first frame of every connection, from the client",
    [
      FieldSchema(1, "lowestVersion", "uint", "the lowest protocol version the client speaks"),
      FieldSchema(2, "highestVersion", "uint", "the highest protocol version the client speaks"),
      FieldSchema(3, "client", "str", "name and version of the client, for the operator"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    lowestVersion = try fields.required(1)
    highestVersion = try fields.required(2)
    client = try fields.text(3, atMost: WireLimits.textBytes)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, lowestVersion)
    fields.put(2, highestVersion)
    fields.put(3, client)
  }
}

/// The answer to Hello: the version chosen and the bounds the client must keep
public struct Welcome: WireRecord {
  /// The protocol version of this connection.
  public var version: UInt64
  /// The domain of the server, which logins sign.
  public var domain: String
  /// Milliseconds since the Unix epoch.
  public var serverTime: UInt64
  /// Bytes of one WebSocket message.
  public var maximumFrameBytes: UInt64
  /// Bytes of one ciphertext.
  public var maximumCiphertextBytes: UInt64
  /// Requests without an answer yet.
  public var maximumOutstanding: UInt64
  /// How often the server pings; a client may close after three silent intervals.
  public var pingIntervalMilliseconds: UInt64

  public init(
    version: UInt64,
    domain: String,
    serverTime: UInt64,
    maximumFrameBytes: UInt64,
    maximumCiphertextBytes: UInt64,
    maximumOutstanding: UInt64,
    pingIntervalMilliseconds: UInt64
  ) {
    self.version = version
    self.domain = domain
    self.serverTime = serverTime
    self.maximumFrameBytes = maximumFrameBytes
    self.maximumCiphertextBytes = maximumCiphertextBytes
    self.maximumOutstanding = maximumOutstanding
    self.pingIntervalMilliseconds = pingIntervalMilliseconds
  }

  public static let schema = RecordSchema(
    "Welcome", "The answer to Hello: the version chosen and the bounds the client must keep",
    [
      FieldSchema(1, "version", "uint", "the protocol version of this connection"),
      FieldSchema(2, "domain", "str", "the domain of the server, which logins sign"),
      FieldSchema(3, "serverTime", "uint", "milliseconds since the Unix epoch"),
      FieldSchema(4, "maximumFrameBytes", "uint", "bytes of one WebSocket message"),
      FieldSchema(5, "maximumCiphertextBytes", "uint", "bytes of one ciphertext"),
      FieldSchema(6, "maximumOutstanding", "uint", "requests without an answer yet"),
      FieldSchema(
        7, "pingIntervalMilliseconds", "uint",
        "how often the server pings; a client may close after three silent intervals"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    version = try fields.required(1)
    domain = try fields.text(2, atMost: WireLimits.textBytes)
    serverTime = try fields.required(3)
    maximumFrameBytes = try fields.required(4)
    maximumCiphertextBytes = try fields.required(5)
    maximumOutstanding = try fields.required(6)
    pingIntervalMilliseconds = try fields.required(7)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, version)
    fields.put(2, domain)
    fields.put(3, serverTime)
    fields.put(4, maximumFrameBytes)
    fields.put(5, maximumCiphertextBytes)
    fields.put(6, maximumOutstanding)
    fields.put(7, pingIntervalMilliseconds)
  }
}

/// Binds the connection to a device, by its access token
public struct Authenticate: WireRecord {
  /// An EdDSA JWT from Tokens.
  public var accessToken: String

  public init(accessToken: String) {
    self.accessToken = accessToken
  }

  public static let schema = RecordSchema(
    "Authenticate", "Binds the connection to a device, by its access token",
    // 2 was a list of sequences to acknowledge. What is delivered again is acknowledged by its message, not by a memory
    // of numbers: the server's may have gone back.
    [FieldSchema(1, "accessToken", "str", "an EdDSA JWT from Tokens")])

  public init(fields: inout FieldReader) throws(WireError) {
    accessToken = try fields.text(1, atMost: WireLimits.tokenBytes)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, accessToken)
  }
}

/// The connection is authenticated; the backlog follows
public struct Ready: WireRecord {
  /// The account of the token.
  public var account: AccountID
  /// The device of the token.
  public var device: DeviceID
  /// Milliseconds since the Unix epoch; authenticate again before.
  public var tokenExpiry: UInt64
  /// Deliveries the server sends ahead of acknowledgements.
  public var maximumUnacknowledged: UInt64

  public init(account: AccountID, device: DeviceID, tokenExpiry: UInt64, maximumUnacknowledged: UInt64) {
    self.account = account
    self.device = device
    self.tokenExpiry = tokenExpiry
    self.maximumUnacknowledged = maximumUnacknowledged
  }

  public static let schema = RecordSchema(
    "Ready", "The connection is authenticated; the backlog follows",
    [
      FieldSchema(1, "account", "bin 16", "the account of the token"),
      FieldSchema(2, "device", "uint", "the device of the token"),
      FieldSchema(3, "tokenExpiry", "uint", "milliseconds since the Unix epoch; authenticate again before"),
      FieldSchema(4, "maximumUnacknowledged", "uint", "deliveries the server sends ahead of acknowledgements"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    account = try fields.required(1)
    device = try fields.required(2)
    tokenExpiry = try fields.required(3)
    maximumUnacknowledged = try fields.required(4)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, account)
    fields.put(2, device)
    fields.put(3, tokenExpiry)
    fields.put(4, maximumUnacknowledged)
  }
}

/// The server is going away: finish, and connect again elsewhere
public struct Draining: WireRecord {
  /// Wait this long, so that not everybody comes at once.
  public var reconnectAfterMilliseconds: UInt64

  public init(reconnectAfterMilliseconds: UInt64) {
    self.reconnectAfterMilliseconds = reconnectAfterMilliseconds
  }

  public static let schema = RecordSchema(
    "Draining", "The server is going away: finish, and connect again elsewhere",
    [
      FieldSchema(1, "reconnectAfterMilliseconds", "uint", "wait this long, so that not everybody comes at once")
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    reconnectAfterMilliseconds = try fields.required(1)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, reconnectAfterMilliseconds)
  }
}

/// A request was refused, or the connection ends
public struct Failure: WireRecord {
  /// What happened.
  public var code: FailureCode
  /// For developers, in English; never shown as it is.
  public var explanation: String
  /// When trying again makes sense.
  public var retryAfterMilliseconds: UInt64?
  /// With staleDeviceList: the number of the current list.
  public var deviceListNumber: UInt64?

  public init(
    code: FailureCode,
    explanation: String,
    retryAfterMilliseconds: UInt64? = nil,
    deviceListNumber: UInt64? = nil
  ) {
    self.code = code
    self.explanation = explanation
    self.retryAfterMilliseconds = retryAfterMilliseconds
    self.deviceListNumber = deviceListNumber
  }

  public static let schema = RecordSchema(
    "Failure", "A request was refused, or the connection ends",
    [
      FieldSchema(1, "code", "uint (failure code)", "what happened"),
      FieldSchema(2, "explanation", "str", "for developers, in English; never shown as it is"),
      FieldSchema(3, "retryAfterMilliseconds", "uint", "when trying again makes sense", .optional),
      FieldSchema(4, "deviceListNumber", "uint", "with staleDeviceList: the number of the current list", .optional),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    code = try fields.required(1)
    explanation = try fields.text(2, atMost: WireLimits.textBytes)
    retryAfterMilliseconds = try fields.optional(3)
    deviceListNumber = try fields.optional(4)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, code)
    fields.put(2, explanation)
    fields.put(3, retryAfterMilliseconds)
    fields.put(4, deviceListNumber)
  }
}

/// Success that has nothing to add
public struct Done: WireRecord {

  public init() {
  }

  public static let schema = RecordSchema(
    "Done", "Success that has nothing to add",
    [])

  public init(fields: inout FieldReader) throws(WireError) {
  }

  public func write(fields: inout FieldWriter) {
  }
}

/// Handlers throw the failure that the client shall see.
extension Failure: Error {
  /// A failure with the catalogue's own sentence as explanation.
  public init(_ code: FailureCode, retryAfterMilliseconds: UInt64? = nil, deviceListNumber: UInt64? = nil) {
    self.init(
      code: code, explanation: FailureCode.catalogue.first { $0.code == code }?.summary ?? code.name,
      retryAfterMilliseconds: retryAfterMilliseconds, deviceListNumber: deviceListNumber)
  }
}
