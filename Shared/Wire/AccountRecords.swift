// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Replaces the device list of the authenticated account
public struct PublishDeviceList: WireRecord {
  /// Its number is one more than the current.
  public var deviceList: SignedDeviceList

  public init(deviceList: SignedDeviceList) {
    self.deviceList = deviceList
  }

  public static let schema = RecordSchema(
    "PublishDeviceList", "Replaces the device list of the authenticated account",
    [
      FieldSchema(1, "deviceList", "SignedDeviceList", "its number is one more than the current")
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    deviceList = try fields.required(1)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, deviceList)
  }
}

/// Asks for an account by its exact username or by its id; exactly one of them
public struct FindAccount: WireRecord {
  /// An exact username.
  public var username: String?
  /// An account.
  public var account: AccountID?

  public init(username: String? = nil, account: AccountID? = nil) {
    self.username = username
    self.account = account
  }

  public static let schema = RecordSchema(
    "FindAccount", "Asks for an account by its exact username or by its id; exactly one of them",
    [
      FieldSchema(1, "username", "str", "an exact username", .optional),
      FieldSchema(2, "account", "bin 16", "an account", .optional),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    username = try fields.optionalText(1, atMost: WireLimits.textBytes)
    account = try fields.optional(2)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, username)
    fields.put(2, account)
  }
}

/// What the server says of an account; clients believe the signature in it
public struct AccountRecord: WireRecord {
  /// The account.
  public var account: AccountID
  /// Its username.
  public var username: String
  /// The suite of the root identity key.
  public var suite: UInt64
  /// The public root identity key.
  public var rootIdentityKey: [UInt8]
  /// The current list.
  public var deviceList: SignedDeviceList

  public init(
    account: AccountID,
    username: String,
    suite: UInt64,
    rootIdentityKey: [UInt8],
    deviceList: SignedDeviceList
  ) {
    self.account = account
    self.username = username
    self.suite = suite
    self.rootIdentityKey = rootIdentityKey
    self.deviceList = deviceList
  }

  public static let schema = RecordSchema(
    "AccountRecord", "What the server says of an account; clients believe the signature in it",
    [
      FieldSchema(1, "account", "bin 16", "the account"),
      FieldSchema(2, "username", "str", "its username"),
      FieldSchema(3, "suite", "uint", "the suite of the root identity key"),
      FieldSchema(4, "rootIdentityKey", "bin", "the public root identity key"),
      FieldSchema(5, "deviceList", "SignedDeviceList", "the current list"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    account = try fields.required(1)
    username = try fields.text(2, atMost: WireLimits.textBytes)
    suite = try fields.required(3)
    rootIdentityKey = try fields.bytes(4, atMost: WireLimits.keyBytes)
    deviceList = try fields.required(5)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, account)
    fields.put(2, username)
    fields.put(3, suite)
    fields.put(4, bytes: rootIdentityKey)
    fields.put(5, deviceList)
  }
}
