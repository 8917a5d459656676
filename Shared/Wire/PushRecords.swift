// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Stores where to wake the authenticated device
public struct RegisterPush: WireRecord {
  /// The push service.
  public var provider: PushProvider
  /// The provider's token or subscription.
  public var token: [UInt8]

  public init(provider: PushProvider, token: [UInt8]) {
    self.provider = provider
    self.token = token
  }

  public static let schema = RecordSchema(
    "RegisterPush", "Stores where to wake the authenticated device",
    [
      FieldSchema(1, "provider", "uint (1 APNs, 2 APNs VoIP, 3 FCM, 4 Web Push, 5 UnifiedPush)", "the push service"),
      FieldSchema(2, "token", "bin", "the provider's token or subscription"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    provider = try fields.required(1)
    token = try fields.bytes(2, atMost: 4_096)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, provider)
    fields.put(2, bytes: token)
  }
}

/// Forgets where to wake the authenticated device
public struct RemovePush: WireRecord {
  /// The push service.
  public var provider: PushProvider

  public init(provider: PushProvider) {
    self.provider = provider
  }

  public static let schema = RecordSchema(
    "RemovePush", "Forgets where to wake the authenticated device",
    [
      FieldSchema(1, "provider", "uint (1 APNs, 2 APNs VoIP, 3 FCM, 4 Web Push, 5 UnifiedPush)", "the push service")
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    provider = try fields.required(1)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, provider)
  }
}
