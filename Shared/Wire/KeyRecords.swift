// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A prekey signed by its device
public struct SignedPreKeyRecord: WireRecord {
  /// Chosen by the device.
  public var id: UInt32
  /// The public key, in the encoding of the suite.
  public var publicKey: [UInt8]
  /// By the device signing key, see SignatureContext.preKey.
  public var signature: [UInt8]

  public init(id: UInt32, publicKey: [UInt8], signature: [UInt8]) {
    self.id = id
    self.publicKey = publicKey
    self.signature = signature
  }

  public static let schema = RecordSchema(
    "SignedPreKeyRecord", "A prekey signed by its device",
    [
      FieldSchema(1, "id", "uint", "chosen by the device"),
      FieldSchema(2, "publicKey", "bin", "the public key, in the encoding of the suite"),
      FieldSchema(3, "signature", "bin", "by the device signing key, see SignatureContext.preKey"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    id = try fields.required(1)
    publicKey = try fields.bytes(2, atMost: WireLimits.keyBytes)
    signature = try fields.bytes(3, atMost: WireLimits.keyBytes)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, id)
    fields.put(2, bytes: publicKey)
    fields.put(3, bytes: signature)
  }
}

/// A prekey that is handed out once
public struct OneTimePreKeyRecord: WireRecord {
  /// Chosen by the device, not used before.
  public var id: UInt32
  /// The public key, in the encoding of the suite.
  public var publicKey: [UInt8]
  /// By the device signing key, in suites with a KEM; suite 1 leaves it out.
  public var signature: [UInt8]?

  public init(id: UInt32, publicKey: [UInt8], signature: [UInt8]? = nil) {
    self.id = id
    self.publicKey = publicKey
    self.signature = signature
  }

  public static let schema = RecordSchema(
    "OneTimePreKeyRecord", "A prekey that is handed out once",
    [
      FieldSchema(1, "id", "uint", "chosen by the device, not used before"),
      FieldSchema(2, "publicKey", "bin", "the public key, in the encoding of the suite"),
      FieldSchema(
        3, "signature", "bin", "by the device signing key, in suites with a KEM; suite 1 leaves it out", .optional),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    id = try fields.required(1)
    publicKey = try fields.bytes(2, atMost: WireLimits.keyBytes)
    signature = try fields.optionalBytes(3, atMost: WireLimits.keyBytes)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, id)
    fields.put(2, bytes: publicKey)
    fields.put(3, bytes: signature)
  }
}

/// Stores prekeys of the authenticated device in one suite; absent ones stay as they are
public struct UploadKeys: WireRecord {
  /// Replaces the current signed prekey.
  public var signedPreKey: SignedPreKeyRecord?
  /// Replaces the prekey handed out when one-time ones have run out.
  public var lastResortPreKey: SignedPreKeyRecord?
  /// Added to the ones that wait.
  public var oneTimePreKeys: [OneTimePreKeyRecord]
  /// The suite of these prekeys, the device's own or 1; the device's own if absent.
  public var suite: UInt64?

  public init(
    signedPreKey: SignedPreKeyRecord? = nil,
    lastResortPreKey: SignedPreKeyRecord? = nil,
    oneTimePreKeys: [OneTimePreKeyRecord],
    suite: UInt64? = nil
  ) {
    self.signedPreKey = signedPreKey
    self.lastResortPreKey = lastResortPreKey
    self.oneTimePreKeys = oneTimePreKeys
    self.suite = suite
  }

  public static let schema = RecordSchema(
    "UploadKeys", "Stores prekeys of the authenticated device in one suite; absent ones stay as they are",
    [
      FieldSchema(1, "signedPreKey", "SignedPreKeyRecord", "replaces the current signed prekey", .optional),
      FieldSchema(
        2, "lastResortPreKey", "SignedPreKeyRecord",
        "replaces the prekey handed out when one-time ones have run out", .optional),
      FieldSchema(3, "oneTimePreKeys", "array of OneTimePreKeyRecord", "added to the ones that wait"),
      FieldSchema(
        4, "suite", "uint", "the suite of these prekeys, the device's own or 1; the device's own if absent", .optional),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    signedPreKey = try fields.optional(1)
    lastResortPreKey = try fields.optional(2)
    oneTimePreKeys = try fields.list(3, atMost: WireLimits.oneTimePreKeys)
    suite = try fields.optional(4)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, signedPreKey)
    fields.put(2, lastResortPreKey)
    fields.put(3, list: oneTimePreKeys)
    fields.put(4, suite)
  }
}

/// Asks how many prekeys of the authenticated device are left in one suite
public struct RequestKeyStatus: WireRecord {
  /// Which suite's; the device's own if absent.
  public var suite: UInt64?

  public init(suite: UInt64? = nil) {
    self.suite = suite
  }

  public static let schema = RecordSchema(
    "RequestKeyStatus", "Asks how many prekeys of the authenticated device are left in one suite",
    [FieldSchema(1, "suite", "uint", "which suite's; the device's own if absent", .optional)])

  public init(fields: inout FieldReader) throws(WireError) {
    suite = try fields.optional(1)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, suite)
  }
}

/// The stored prekeys of a device
public struct KeyStatus: WireRecord {
  /// How many are left; refill under 20.
  public var oneTimePreKeys: UInt64
  /// The current signed prekey.
  public var signedPreKeyID: UInt32?
  /// Milliseconds since the Unix epoch.
  public var signedPreKeyUploadedAt: UInt64?
  /// The current last-resort prekey.
  public var lastResortPreKeyID: UInt32?

  public init(
    oneTimePreKeys: UInt64,
    signedPreKeyID: UInt32? = nil,
    signedPreKeyUploadedAt: UInt64? = nil,
    lastResortPreKeyID: UInt32? = nil
  ) {
    self.oneTimePreKeys = oneTimePreKeys
    self.signedPreKeyID = signedPreKeyID
    self.signedPreKeyUploadedAt = signedPreKeyUploadedAt
    self.lastResortPreKeyID = lastResortPreKeyID
  }

  public static let schema = RecordSchema(
    "KeyStatus", "The stored prekeys of a device",
    [
      FieldSchema(1, "oneTimePreKeys", "uint", "how many are left; refill under 20"),
      FieldSchema(2, "signedPreKeyID", "uint", "the current signed prekey", .optional),
      FieldSchema(3, "signedPreKeyUploadedAt", "uint", "milliseconds since the Unix epoch", .optional),
      FieldSchema(4, "lastResortPreKeyID", "uint", "the current last-resort prekey", .optional),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    oneTimePreKeys = try fields.required(1)
    signedPreKeyID = try fields.optional(2)
    signedPreKeyUploadedAt = try fields.optional(3)
    lastResortPreKeyID = try fields.optional(4)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, oneTimePreKeys)
    fields.put(2, signedPreKeyID)
    fields.put(3, signedPreKeyUploadedAt)
    fields.put(4, lastResortPreKeyID)
  }
}

/// Asks for a prekey bundle of each device named, to begin sessions with
public struct FetchBundles: WireRecord {
  /// Whose devices.
  public var account: AccountID
  /// Which; all of the account if empty.
  public var devices: [DeviceID]
  /// Of which suite; each device's own if absent.
  public var suite: UInt64?

  public init(account: AccountID, devices: [DeviceID], suite: UInt64? = nil) {
    self.account = account
    self.devices = devices
    self.suite = suite
  }

  public static let schema = RecordSchema(
    "FetchBundles", "Asks for a prekey bundle of each device named, to begin sessions with",
    [
      FieldSchema(1, "account", "bin 16", "whose devices"),
      FieldSchema(2, "devices", "array of uint", "which; all of the account if empty"),
      FieldSchema(3, "suite", "uint", "of which suite; each device's own if absent", .optional),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    account = try fields.required(1)
    devices = try fields.list(2, atMost: WireLimits.devices)
    suite = try fields.optional(3)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, account)
    fields.put(2, list: devices)
    fields.put(3, suite)
  }
}

/// Prekey bundles; devices without uploaded keys are left out
public struct Bundles: WireRecord {
  /// Whose.
  public var account: AccountID
  /// The current list, to compare with the one the client knows.
  public var deviceListNumber: UInt64
  /// One for each device.
  public var bundles: [BundleRecord]

  public init(account: AccountID, deviceListNumber: UInt64, bundles: [BundleRecord]) {
    self.account = account
    self.deviceListNumber = deviceListNumber
    self.bundles = bundles
  }

  public static let schema = RecordSchema(
    "Bundles", "Prekey bundles; devices without uploaded keys are left out",
    [
      FieldSchema(1, "account", "bin 16", "whose"),
      FieldSchema(2, "deviceListNumber", "uint", "the current list, to compare with the one the client knows"),
      FieldSchema(3, "bundles", "array of BundleRecord", "one for each device"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    account = try fields.required(1)
    deviceListNumber = try fields.required(2)
    bundles = try fields.list(3, atMost: WireLimits.devices)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, account)
    fields.put(2, deviceListNumber)
    fields.put(3, list: bundles)
  }
}

/// The prekeys of one device; its identity keys stand in the device list
public struct BundleRecord: WireRecord {
  /// The device.
  public var device: DeviceID
  /// The current signed prekey.
  public var signedPreKey: SignedPreKeyRecord
  /// Given to nobody else.
  public var oneTimePreKey: OneTimePreKeyRecord?
  /// Present when there is no one-time prekey left.
  public var lastResortPreKey: SignedPreKeyRecord?

  public init(
    device: DeviceID,
    signedPreKey: SignedPreKeyRecord,
    oneTimePreKey: OneTimePreKeyRecord? = nil,
    lastResortPreKey: SignedPreKeyRecord? = nil
  ) {
    self.device = device
    self.signedPreKey = signedPreKey
    self.oneTimePreKey = oneTimePreKey
    self.lastResortPreKey = lastResortPreKey
  }

  public static let schema = RecordSchema(
    "BundleRecord", "The prekeys of one device; its identity keys stand in the device list",
    [
      FieldSchema(1, "device", "uint", "the device"),
      FieldSchema(2, "signedPreKey", "SignedPreKeyRecord", "the current signed prekey"),
      FieldSchema(3, "oneTimePreKey", "OneTimePreKeyRecord", "given to nobody else", .optional),
      FieldSchema(
        4, "lastResortPreKey", "SignedPreKeyRecord",
        "present when there is no one-time prekey left", .optional),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    device = try fields.required(1)
    signedPreKey = try fields.required(2)
    oneTimePreKey = try fields.optional(3)
    lastResortPreKey = try fields.optional(4)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, device)
    fields.put(2, signedPreKey)
    fields.put(3, oneTimePreKey)
    fields.put(4, lastResortPreKey)
  }
}
