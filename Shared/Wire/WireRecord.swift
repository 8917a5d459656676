// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import MessagePack

/// A value that stands in a field of a record.
public protocol WireValue: Sendable {
  init(from reader: inout MessagePackReader) throws(WireError)
  func write(to writer: inout MessagePackWriter)
}

/// A MessagePack map keyed by small integers, its *field numbers*.
///
/// Fields are written in ascending order, absent ones are left out, and a number once given is never used for
/// anything else. A reader skips the numbers it does not know, so that records can grow. `schema` is what the
/// reference in `docs/wire-reference.md` is made from; a test holds it against the bytes.
public protocol WireRecord: WireValue, Equatable {
  static var schema: RecordSchema { get }
  init(fields: inout FieldReader) throws(WireError)
  func write(fields: inout FieldWriter)
}

extension WireRecord {
  public init(from reader: inout MessagePackReader) throws(WireError) {
    var fields = try FieldReader(reader)
    try self.init(fields: &fields)
    reader = try fields.finish()
  }

  public func write(to writer: inout MessagePackWriter) {
    var fields = FieldWriter(writer)
    write(fields: &fields)
    writer = fields.finish()
  }

  /// Reads exactly one record; bytes behind it are an error.
  public init(encoded bytes: [UInt8]) throws(WireError) {
    try self.init(encoded: bytes[...])
  }

  /// Reads exactly one record from a slice, whose storage the record's byte strings may share.
  public init(encoded bytes: ArraySlice<UInt8>) throws(WireError) {
    var reader = MessagePackReader(bytes, limits: WireLimits.messagePack)
    try self.init(from: &reader)
    do { try reader.finish() } catch { throw .encoding(error) }
  }

  /// The canonical encoding: shortest forms, ascending field numbers.
  public func encoded() -> [UInt8] {
    var writer = MessagePackWriter(reservingCapacity: 256)
    write(to: &writer)
    return writer.bytes
  }
}

/// The documentation of a record: what `docs/wire-reference.md` says of it.
public struct RecordSchema: Sendable {
  public let name: String
  public let summary: String
  public let fields: [FieldSchema]

  public init(_ name: String, _ summary: String, _ fields: [FieldSchema]) {
    self.name = name
    self.summary = summary
    self.fields = fields
  }
}

/// The documentation of one field of a record.
public struct FieldSchema: Sendable {
  public enum Presence: Sendable { case required, optional }

  public let number: UInt8
  public let name: String
  public let type: String
  public let presence: Presence
  public let summary: String

  public init(_ number: UInt8, _ name: String, _ type: String, _ summary: String, _ presence: Presence = .required) {
    self.number = number
    self.name = name
    self.type = type
    self.presence = presence
    self.summary = summary
  }
}
