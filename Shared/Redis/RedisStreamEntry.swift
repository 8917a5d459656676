// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// One entry of a stream.
public struct RedisStreamEntry: Sendable, Equatable {
  public struct Field: Sendable, Equatable {
    public let name: [UInt8]
    public let value: [UInt8]

    public init(name: [UInt8], value: [UInt8]) {
      self.name = name
      self.value = value
    }
  }

  public let id: RedisStreamID
  /// In the order of XADD. Empty if the entry was deleted while it was pending in a group.
  public let fields: [Field]

  public init(id: RedisStreamID, fields: [Field]) {
    self.id = id
    self.fields = fields
  }

  /// The value of the first field with this name.
  public func value(_ name: some StringProtocol) -> [UInt8]? {
    fields.first { $0.name.elementsEqual(name.utf8) }?.value
  }

  /// The entries in a reply to XRANGE, XREVRANGE or XCLAIM, or in the second part of one to XAUTOCLAIM.
  public static func list(_ reply: RedisReply) throws(RedisError) -> [RedisStreamEntry] {
    var entries: [RedisStreamEntry] = []
    for element in try reply.arrayValue {
      // An XCLAIM of the servers before 7.0 answers null for an entry that was deleted.
      if element == .null { continue }
      entries.append(try RedisStreamEntry(element))
    }
    return entries
  }

  private init(_ reply: RedisReply) throws(RedisError) {
    let parts = try reply.arrayValue
    guard parts.count == 2, let id = RedisStreamID(try parts[0].textValue) else { throw Self.malformed }
    let flat = try parts[1].optionalArrayValue ?? []
    guard flat.count % 2 == 0 else { throw Self.malformed }
    var fields: [Field] = []
    fields.reserveCapacity(flat.count / 2)
    for index in stride(from: 0, to: flat.count, by: 2) {
      fields.append(Field(name: try flat[index].bytesValue, value: try flat[index + 1].bytesValue))
    }
    self.init(id: id, fields: fields)
  }

  static var malformed: RedisError {
    RedisError(.decoding, "the reply is not a stream entry", at: CallSite(file: #fileID, line: #line))
  }
}

/// The entries that a read found in one stream.
public struct RedisStreamEntries: Sendable, Equatable {
  public let key: String
  /// At least one, in the order of their ids.
  public let entries: [RedisStreamEntry]

  /// Reads a reply to XREAD or XREADGROUP: null, or pairs of key and entries.
  static func list(_ reply: RedisReply) throws(RedisError) -> [RedisStreamEntries] {
    var streams: [RedisStreamEntries] = []
    for element in try reply.optionalArrayValue ?? [] {
      let pair = try element.arrayValue
      guard pair.count == 2 else { throw RedisStreamEntry.malformed }
      streams.append(RedisStreamEntries(key: try pair[0].textValue, entries: try RedisStreamEntry.list(pair[1])))
    }
    return streams
  }
}
