// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A device list as its root identity key signed it
public struct SignedDeviceList: WireRecord {
  /// The canonical encoding of DeviceList.
  public var payload: [UInt8]
  /// By the root identity key, see SignatureContext.deviceList.
  public var signature: [UInt8]

  public init(payload: [UInt8], signature: [UInt8]) {
    self.payload = payload
    self.signature = signature
  }

  public static let schema = RecordSchema(
    "SignedDeviceList", "A device list as its root identity key signed it",
    [
      FieldSchema(1, "payload", "bin", "the canonical encoding of DeviceList"),
      FieldSchema(2, "signature", "bin", "by the root identity key, see SignatureContext.deviceList"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    payload = try fields.bytes(1, atMost: WireLimits.deviceListBytes)
    signature = try fields.bytes(2, atMost: WireLimits.keyBytes)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, bytes: payload)
    fields.put(2, bytes: signature)
  }
}

/// The numbered statement of an account's devices
public struct DeviceList: WireRecord {
  /// The account.
  public var account: AccountID
  /// Counts from 1, grows by one with each list.
  public var number: UInt64
  /// Milliseconds since the Unix epoch.
  public var issuedAt: UInt64
  /// In ascending order of their ids.
  public var devices: [DeviceEntry]

  public init(account: AccountID, number: UInt64, issuedAt: UInt64, devices: [DeviceEntry]) {
    self.account = account
    self.number = number
    self.issuedAt = issuedAt
    self.devices = devices
  }

  public static let schema = RecordSchema(
    "DeviceList", "The numbered statement of an account's devices",
    [
      FieldSchema(1, "account", "bin 16", "the account"),
      FieldSchema(2, "number", "uint", "counts from 1, grows by one with each list"),
      FieldSchema(3, "issuedAt", "uint", "milliseconds since the Unix epoch"),
      FieldSchema(4, "devices", "array of DeviceEntry", "in ascending order of their ids"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    account = try fields.required(1)
    number = try fields.required(2)
    issuedAt = try fields.required(3)
    devices = try fields.list(4, atMost: WireLimits.devices)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, account)
    fields.put(2, number)
    fields.put(3, issuedAt)
    fields.put(4, list: devices)
  }
}

/// A device and its certified identity keys
public struct DeviceEntry: WireRecord {
  /// The device.
  public var device: DeviceID
  /// The suite of its keys.
  public var suite: UInt64
  /// The public signing key, which logs in and signs prekeys.
  public var signingKey: [UInt8]
  /// The public agreement key of the handshake.
  public var agreementKey: [UInt8]

  public init(device: DeviceID, suite: UInt64, signingKey: [UInt8], agreementKey: [UInt8]) {
    self.device = device
    self.suite = suite
    self.signingKey = signingKey
    self.agreementKey = agreementKey
  }

  public static let schema = RecordSchema(
    "DeviceEntry", "A device and its certified identity keys",
    [
      FieldSchema(1, "device", "uint", "the device"),
      FieldSchema(2, "suite", "uint", "the suite of its keys"),
      FieldSchema(3, "signingKey", "bin", "the public signing key, which logs in and signs prekeys"),
      FieldSchema(4, "agreementKey", "bin", "the public agreement key of the handshake"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    device = try fields.required(1)
    suite = try fields.required(2)
    signingKey = try fields.bytes(3, atMost: WireLimits.keyBytes)
    agreementKey = try fields.bytes(4, atMost: WireLimits.keyBytes)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, device)
    fields.put(2, suite)
    fields.put(3, bytes: signingKey)
    fields.put(4, bytes: agreementKey)
  }
}
