// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What a device asks another one for that has sent it something unreadable; inside `Content`
public struct ResendRequest: WireRecord {
  /// The device that sent the messages; the account's other devices pass over the request.
  public var device: DeviceID
  /// Their ids, 1 to `WireLimits.resendRequestMessages`.
  public var messages: [MessageID]

  public init(device: DeviceID, messages: [MessageID]) {
    self.device = device
    self.messages = messages
  }

  public static let schema = RecordSchema(
    "ResendRequest", "What a device asks another one for that has sent it something unreadable; inside `Content`",
    [
      FieldSchema(1, "device", "uint", "the device that sent the messages; the account's other devices pass over it"),
      FieldSchema(2, "messages", "array of bin 16", "their ids, 1 to \(WireLimits.resendRequestMessages)"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    device = try fields.required(1)
    messages = try fields.list(2, atMost: WireLimits.resendRequestMessages)
    guard !messages.isEmpty else { throw .invalidField(2) }
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, device)
    fields.put(2, list: messages)
  }
}
