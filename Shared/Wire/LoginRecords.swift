// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

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
  /// The account's current device list: a device with an older one fetches it.
  public var deviceListNumber: UInt64?

  public init(
    accessToken: String, accessExpiry: UInt64, refreshToken: [UInt8], refreshExpiry: UInt64,
    deviceListNumber: UInt64? = nil
  ) {
    self.accessToken = accessToken
    self.accessExpiry = accessExpiry
    self.refreshToken = refreshToken
    self.refreshExpiry = refreshExpiry
    self.deviceListNumber = deviceListNumber
  }

  public static let schema = RecordSchema(
    "Tokens", "A short-lived access token and a refresh token to be used once",
    [
      FieldSchema(1, "accessToken", "str", "an EdDSA JWT"),
      FieldSchema(2, "accessExpiry", "uint", "milliseconds since the Unix epoch"),
      FieldSchema(3, "refreshToken", "bin 32", "for RefreshTokens"),
      FieldSchema(4, "refreshExpiry", "uint", "milliseconds since the Unix epoch"),
      FieldSchema(
        5, "deviceListNumber", "uint", "the account's current device list: a device with an older one fetches it",
        .optional),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    accessToken = try fields.text(1, atMost: WireLimits.tokenBytes)
    accessExpiry = try fields.required(2)
    refreshToken = try fields.bytes(3, exactly: 32)
    refreshExpiry = try fields.required(4)
    deviceListNumber = try fields.optional(5)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, accessToken)
    fields.put(2, accessExpiry)
    fields.put(3, bytes: refreshToken)
    fields.put(4, refreshExpiry)
    fields.put(5, deviceListNumber)
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
