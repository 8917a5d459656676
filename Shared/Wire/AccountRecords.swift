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

/// Asks for a login challenge
public struct RequestLogin: WireRecord {
  /// The account.
  public var account: AccountID
  /// The device.
  public var device: DeviceID

  public init(account: AccountID, device: DeviceID) {
    self.account = account
    self.device = device
  }

  public static let schema = RecordSchema(
    "RequestLogin", "Asks for a login challenge",
    [
      FieldSchema(1, "account", "bin 16", "the account"),
      FieldSchema(2, "device", "uint", "the device"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    account = try fields.required(1)
    device = try fields.required(2)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, account)
    fields.put(2, device)
  }
}

/// A challenge for one login, valid once and for a minute
public struct LoginChallenge: WireRecord {
  /// Opaque to the client, sent back unchanged.
  public var challenge: [UInt8]
  /// Milliseconds since the Unix epoch.
  public var expiry: UInt64

  public init(challenge: [UInt8], expiry: UInt64) {
    self.challenge = challenge
    self.expiry = expiry
  }

  public static let schema = RecordSchema(
    "LoginChallenge", "A challenge for one login, valid once and for a minute",
    [
      FieldSchema(1, "challenge", "bin", "opaque to the client, sent back unchanged"),
      FieldSchema(2, "expiry", "uint", "milliseconds since the Unix epoch"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    challenge = try fields.bytes(1, atMost: 256)
    expiry = try fields.required(2)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, bytes: challenge)
    fields.put(2, expiry)
  }
}

/// Proves possession of the device signing key
public struct Login: WireRecord {
  /// From LoginChallenge.
  public var challenge: [UInt8]
  /// The account.
  public var account: AccountID
  /// The device.
  public var device: DeviceID
  /// By the device signing key over LoginStatement, see SignatureContext.login.
  public var signature: [UInt8]

  public init(challenge: [UInt8], account: AccountID, device: DeviceID, signature: [UInt8]) {
    self.challenge = challenge
    self.account = account
    self.device = device
    self.signature = signature
  }

  public static let schema = RecordSchema(
    "Login", "Proves possession of the device signing key",
    [
      FieldSchema(1, "challenge", "bin", "from LoginChallenge"),
      FieldSchema(2, "account", "bin 16", "the account"),
      FieldSchema(3, "device", "uint", "the device"),
      FieldSchema(4, "signature", "bin", "by the device signing key over LoginStatement, see SignatureContext.login"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    challenge = try fields.bytes(1, atMost: 256)
    account = try fields.required(2)
    device = try fields.required(3)
    signature = try fields.bytes(4, atMost: WireLimits.keyBytes)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, bytes: challenge)
    fields.put(2, account)
    fields.put(3, device)
    fields.put(4, bytes: signature)
  }
}

/// What a login signs
public struct LoginStatement: WireRecord {
  /// The domain from Welcome.
  public var domain: String
  /// From LoginChallenge.
  public var challenge: [UInt8]
  /// The account.
  public var account: AccountID
  /// The device.
  public var device: DeviceID

  public init(domain: String, challenge: [UInt8], account: AccountID, device: DeviceID) {
    self.domain = domain
    self.challenge = challenge
    self.account = account
    self.device = device
  }

  public static let schema = RecordSchema(
    "LoginStatement", "What a login signs",
    [
      FieldSchema(1, "domain", "str", "the domain from Welcome"),
      FieldSchema(2, "challenge", "bin", "from LoginChallenge"),
      FieldSchema(3, "account", "bin 16", "the account"),
      FieldSchema(4, "device", "uint", "the device"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    domain = try fields.text(1, atMost: WireLimits.textBytes)
    challenge = try fields.bytes(2, atMost: 256)
    account = try fields.required(3)
    device = try fields.required(4)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, domain)
    fields.put(2, bytes: challenge)
    fields.put(3, account)
    fields.put(4, device)
  }
}

/// A short-lived access token and a refresh token to be used once
public struct Tokens: WireRecord {
  /// An EdDSA JWT.
  public var accessToken: String
  /// Milliseconds since the Unix epoch.
  public var accessExpiry: UInt64
  /// For RefreshTokens.
  public var refreshToken: [UInt8]
  /// Milliseconds since the Unix epoch.
  public var refreshExpiry: UInt64

  public init(accessToken: String, accessExpiry: UInt64, refreshToken: [UInt8], refreshExpiry: UInt64) {
    self.accessToken = accessToken
    self.accessExpiry = accessExpiry
    self.refreshToken = refreshToken
    self.refreshExpiry = refreshExpiry
  }

  public static let schema = RecordSchema(
    "Tokens", "A short-lived access token and a refresh token to be used once",
    [
      FieldSchema(1, "accessToken", "str", "an EdDSA JWT"),
      FieldSchema(2, "accessExpiry", "uint", "milliseconds since the Unix epoch"),
      FieldSchema(3, "refreshToken", "bin 32", "for RefreshTokens"),
      FieldSchema(4, "refreshExpiry", "uint", "milliseconds since the Unix epoch"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    accessToken = try fields.text(1, atMost: WireLimits.tokenBytes)
    accessExpiry = try fields.required(2)
    refreshToken = try fields.bytes(3, exactly: 32)
    refreshExpiry = try fields.required(4)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, accessToken)
    fields.put(2, accessExpiry)
    fields.put(3, bytes: refreshToken)
    fields.put(4, refreshExpiry)
  }
}

/// Exchanges a refresh token; using one twice revokes its whole family
public struct RefreshTokens: WireRecord {
  /// From Tokens.
  public var refreshToken: [UInt8]

  public init(refreshToken: [UInt8]) {
    self.refreshToken = refreshToken
  }

  public static let schema = RecordSchema(
    "RefreshTokens", "Exchanges a refresh token; using one twice revokes its whole family",
    [
      FieldSchema(1, "refreshToken", "bin 32", "from Tokens")
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    refreshToken = try fields.bytes(1, exactly: 32)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, bytes: refreshToken)
  }
}

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
