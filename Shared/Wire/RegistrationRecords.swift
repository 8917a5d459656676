// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Asks for a registration challenge
public struct RequestRegistration: WireRecord {

  public init() {
  }

  public static let schema = RecordSchema(
    "RequestRegistration", "Asks for a registration challenge",
    [])

  public init(fields: inout FieldReader) throws(WireError) {
  }

  public func write(fields: inout FieldWriter) {
  }
}

/// A proof-of-work challenge and the account it is for
public struct RegistrationChallenge: WireRecord {
  /// Opaque to the client, sent back unchanged.
  public var challenge: [UInt8]
  /// Leading zero bits that SHA-256(challenge ‖ nonce) must have.
  public var difficulty: UInt32
  /// The account to register, which the device list names.
  public var account: AccountID
  /// Milliseconds since the Unix epoch.
  public var expiry: UInt64

  public init(challenge: [UInt8], difficulty: UInt32, account: AccountID, expiry: UInt64) {
    self.challenge = challenge
    self.difficulty = difficulty
    self.account = account
    self.expiry = expiry
  }

  public static let schema = RecordSchema(
    "RegistrationChallenge", "A proof-of-work challenge and the account it is for",
    [
      FieldSchema(1, "challenge", "bin", "opaque to the client, sent back unchanged"),
      FieldSchema(2, "difficulty", "uint", "leading zero bits that SHA-256(challenge ‖ nonce) must have"),
      FieldSchema(3, "account", "bin 16", "the account to register, which the device list names"),
      FieldSchema(4, "expiry", "uint", "milliseconds since the Unix epoch"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    challenge = try fields.bytes(1, atMost: 256)
    difficulty = try fields.required(2)
    account = try fields.required(3)
    expiry = try fields.required(4)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, bytes: challenge)
    fields.put(2, difficulty)
    fields.put(3, account)
    fields.put(4, expiry)
  }
}

/// Registers an account with its root identity key and its first device
public struct Register: WireRecord {
  /// From RegistrationChallenge.
  public var challenge: [UInt8]
  /// Makes the proof of work.
  public var nonce: [UInt8]
  /// See Username.
  public var username: String
  /// The suite of the root identity key.
  public var suite: UInt64
  /// The public root identity key.
  public var rootIdentityKey: [UInt8]
  /// Number 1, with exactly one device.
  public var deviceList: SignedDeviceList

  public init(
    challenge: [UInt8],
    nonce: [UInt8],
    username: String,
    suite: UInt64,
    rootIdentityKey: [UInt8],
    deviceList: SignedDeviceList
  ) {
    self.challenge = challenge
    self.nonce = nonce
    self.username = username
    self.suite = suite
    self.rootIdentityKey = rootIdentityKey
    self.deviceList = deviceList
  }

  public static let schema = RecordSchema(
    "Register", "Registers an account with its root identity key and its first device",
    [
      FieldSchema(1, "challenge", "bin", "from RegistrationChallenge"),
      FieldSchema(2, "nonce", "bin 8", "makes the proof of work"),
      FieldSchema(3, "username", "str", "see Username"),
      FieldSchema(4, "suite", "uint", "the suite of the root identity key"),
      FieldSchema(5, "rootIdentityKey", "bin", "the public root identity key"),
      FieldSchema(6, "deviceList", "SignedDeviceList", "number 1, with exactly one device"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    challenge = try fields.bytes(1, atMost: 256)
    nonce = try fields.bytes(2, exactly: 8)
    username = try fields.text(3, atMost: WireLimits.textBytes)
    suite = try fields.required(4)
    rootIdentityKey = try fields.bytes(5, atMost: WireLimits.keyBytes)
    deviceList = try fields.required(6)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, bytes: challenge)
    fields.put(2, bytes: nonce)
    fields.put(3, username)
    fields.put(4, suite)
    fields.put(5, bytes: rootIdentityKey)
    fields.put(6, deviceList)
  }
}

/// The account exists
public struct Registered: WireRecord {
  /// The account.
  public var account: AccountID
  /// The username as normalised.
  public var username: String

  public init(account: AccountID, username: String) {
    self.account = account
    self.username = username
  }

  public static let schema = RecordSchema(
    "Registered", "The account exists",
    [
      FieldSchema(1, "account", "bin 16", "the account"),
      FieldSchema(2, "username", "str", "the username as normalised"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    account = try fields.required(1)
    username = try fields.text(2, atMost: WireLimits.textBytes)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, account)
    fields.put(2, username)
  }
}
