// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What stands inside the encryption; the server never sees it
public struct Content: WireRecord {
  /// Milliseconds since the Unix epoch, by the sender's clock.
  public var sentAt: UInt64
  /// The text of the message.
  public var text: String?
  /// In a copy to one's own devices: whom the message went to.
  public var sentTo: AccountID?

  public init(sentAt: UInt64, text: String? = nil, sentTo: AccountID? = nil) {
    self.sentAt = sentAt
    self.text = text
    self.sentTo = sentTo
  }

  public static let schema = RecordSchema(
    "Content", "What stands inside the encryption; the server never sees it",
    [
      FieldSchema(1, "sentAt", "uint", "milliseconds since the Unix epoch, by the sender's clock"),
      FieldSchema(2, "text", "str", "the text of the message", .optional),
      FieldSchema(3, "sentTo", "bin 16", "in a copy to one's own devices: whom the message went to", .optional),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    sentAt = try fields.required(1)
    text = try fields.optionalText(2, atMost: 65_536)
    sentTo = try fields.optional(3)
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, sentAt)
    fields.put(2, text)
    fields.put(3, sentTo)
  }
}
