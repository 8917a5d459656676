// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import MessagePack

/// What a content is about. Numbers are never reused; a client that does not know one does what `Content.isSilent` says.
public struct ContentKind: WireValue, Hashable {
  public let number: UInt64

  public init(_ number: UInt64) { self.number = number }

  /// A text from one person to another: `Content.text` is there.
  public static let text = ContentKind(1)
  /// What could not be read is asked for once more: `Content.resend` is there. Silent.
  public static let resendRequest = ContentKind(2)

  public init(from reader: inout MessagePackReader) throws(WireError) { number = try UInt64(from: &reader) }

  public func write(to writer: inout MessagePackWriter) { number.write(to: &writer) }
}

/// What stands inside the encryption; the server never sees it
public struct Content: WireRecord {
  /// The id that the message travels under, once more where no server can change it. A receiver takes no content
  /// that was delivered under another id: else one text could be shown several times.
  public var message: MessageID
  /// Milliseconds since the Unix epoch, by the sender's clock.
  public var sentAt: UInt64
  /// With `ContentKind.text`: the text of the message.
  public var text: String?
  /// In a copy to one's own devices: whom the message went to.
  public var sentTo: AccountID?
  /// What it is about.
  public var kind: ContentKind
  /// Whether a receiver that does not know the kind shows nothing: right for what only adds to something else.
  public var isSilent: Bool
  /// With `ContentKind.resendRequest`: what is asked for.
  public var resend: ResendRequest?
  /// In what is sent again: the ids that it was sent under so far, the first one first; 1 to `WireLimits.resends`.
  public var replaces: [MessageID]?

  public init(
    message: MessageID, sentAt: UInt64, text: String? = nil, sentTo: AccountID? = nil, kind: ContentKind = .text,
    isSilent: Bool = false, resend: ResendRequest? = nil, replaces: [MessageID]? = nil
  ) {
    self.message = message
    self.sentAt = sentAt
    self.text = text
    self.sentTo = sentTo
    self.kind = kind
    self.isSilent = isSilent
    self.resend = resend
    self.replaces = replaces
  }

  public static let schema = RecordSchema(
    "Content", "What stands inside the encryption; the server never sees it",
    [
      FieldSchema(1, "sentAt", "uint", "milliseconds since the Unix epoch, by the sender's clock"),
      FieldSchema(2, "text", "str", "with kind 1: the text of the message", .optional),
      FieldSchema(3, "sentTo", "bin 16", "in a copy to one's own devices: whom the message went to", .optional),
      FieldSchema(4, "kind", "uint", "what it is about: 1 a text, 2 a request to send again"),
      FieldSchema(5, "isSilent", "bool", "whether a receiver that does not know the kind shows nothing"),
      FieldSchema(6, "resend", "ResendRequest", "with kind 2: what is asked for", .optional),
      FieldSchema(
        7, "replaces", "array of bin 16",
        "in what is sent again: the ids that it was sent under so far, the first one first; 1 to \(WireLimits.resends)",
        .optional),
      FieldSchema(8, "message", "bin 16", "the id that the message travels under, out of the server's reach"),
    ])

  public init(fields: inout FieldReader) throws(WireError) {
    sentAt = try fields.required(1)
    text = try fields.optionalText(2, atMost: 65_536)
    sentTo = try fields.optional(3)
    kind = try fields.required(4)
    isSilent = try fields.required(5)
    resend = try fields.optional(6)
    replaces = try fields.optionalList(7, atMost: WireLimits.resends)
    message = try fields.required(8)
    guard replaces?.isEmpty != true else { throw .invalidField(7) }
  }

  public func write(fields: inout FieldWriter) {
    fields.put(1, sentAt)
    fields.put(2, text)
    fields.put(3, sentTo)
    fields.put(4, kind)
    fields.put(5, isSilent)
    fields.put(6, resend)
    if let replaces { fields.put(7, list: replaces) }
    fields.put(8, message)
  }
}
