// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import MessagePack
import Testing
import Wire

@Suite("Records")
struct RecordTests {
  @Test("the schema of every record names exactly the fields and types that it writes")
  func schemaMatchesBytes() throws {
    for record in try Samples.all() {
      let schema = type(of: record).schema
      var reader = MessagePackReader(record.encoded())
      guard case .map(let pairs) = try reader.readValue() as MessagePackValue else {
        Issue.record("\(schema.name) is no map")
        continue
      }
      #expect(pairs.count == schema.fields.count, "\(schema.name)")
      for (pair, field) in zip(pairs, schema.fields) {
        #expect(pair.key == .uint(UInt64(field.number)), "\(schema.name).\(field.name)")
        #expect(matches(pair.value, field.type), "\(schema.name).\(field.name) is not \(field.type)")
      }
    }
  }

  private func matches(_ value: MessagePackValue, _ type: String) -> Bool {
    switch value {
    case .uint, .int: type.hasPrefix("uint")
    case .bool: type == "bool"
    case .string: type == "str"
    case .binary(let bytes): type == "bin" || type == "bin \(bytes.count)"
    case .array: type.hasPrefix("array of")
    case .map: type == "map" || type.first?.isUppercase == true
    default: false
    }
  }

  @Test("fields that a record does not know are skipped")
  func unknownFields() throws {
    for record in try Samples.all() where type(of: record).schema.fields.count < 15 { try expectSkips(record) }
  }

  private func expectSkips<Record: WireRecord>(_ record: Record) throws {
    var bytes = record.encoded()
    bytes[0] += 1
    bytes += [0x7F, 0x92, 0x81, 0x01, 0xC0, 0xA1, 0x78]  // 127: [{1: nil}, "x"]
    #expect(try Record(encoded: bytes) == record)
  }

  @Test("a record that lacks a required field is refused")
  func missingFields() throws {
    for record in try Samples.all() {
      guard let first = type(of: record).schema.fields.first(where: { $0.presence == .required }) else { continue }
      expectRefused(record, [0x80], .missingField(first.number))
    }
  }

  private func expectRefused<Record: WireRecord>(_ record: Record, _ bytes: [UInt8], _ error: WireError) {
    #expect(throws: error) { try Record(encoded: bytes) }
  }

  @Test("a record cut off anywhere, or with bytes behind it, is refused")
  func truncation() throws {
    for record in try Samples.all() {
      let bytes = record.encoded()
      for length in 0..<bytes.count { expectAnyRefusal(record, Array(bytes[..<length])) }
      expectAnyRefusal(record, bytes + [0xC0])
    }
  }

  private func expectAnyRefusal<Record: WireRecord>(_ record: Record, _ bytes: [UInt8]) {
    #expect(throws: WireError.self, "\(Record.schema.name) at \(bytes.count)") { try Record(encoded: bytes) }
  }

  @Test("descending and repeated field numbers are refused")
  func fieldOrder() {
    #expect(throws: WireError.missingField(1)) { try SequenceRange(encoded: [0x82, 0x02, 0x05, 0x01, 0x05]) }
    #expect(throws: WireError.fieldOrder) { try SequenceRange(encoded: [0x83, 0x01, 0x05, 0x02, 0x06, 0x01, 0x07]) }
    #expect(throws: WireError.fieldOrder) { try SequenceRange(encoded: [0x83, 0x01, 0x05, 0x01, 0x06, 0x02, 0x07]) }
  }

  @Test("random bytes never decode to more than they hold and never crash")
  func randomBytes() throws {
    var generator = SplitMix(state: 42)
    let samples = try Samples.all()
    for round in 0..<4_000 {
      let record = samples[round % samples.count]
      var bytes = record.encoded()
      for _ in 0...(generator.next() % 4) {
        guard !bytes.isEmpty else { break }
        bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
      }
      survives(record, bytes)
    }
  }

  private func survives<Record: WireRecord>(_ record: Record, _ bytes: [UInt8]) {
    do { #expect(try Record(encoded: bytes).encoded().count <= bytes.count + 64) } catch { _ = error }
  }

  @Test("byte strings of the wrong length and numbers out of range are refused")
  func bounds() throws {
    let tooLong = RefreshTokens(refreshToken: Samples.bytes(0, 33)).encoded()
    #expect(throws: WireError.invalidField(1)) { try RefreshTokens(encoded: tooLong) }
    let tooShort = RefreshTokens(refreshToken: Samples.bytes(0, 31)).encoded()
    #expect(throws: WireError.invalidField(1)) { try RefreshTokens(encoded: tooShort) }
    // Device 0 and an account of 15 bytes.
    #expect(throws: WireError.self) { try RequestLogin(encoded: [0x82, 0x01, 0xC4, 0x0F] + Samples.bytes(0, 15)) }
    let zero = RequestLogin(account: Samples.alice, device: .first).encoded().dropLast() + [0x00]
    #expect(throws: WireError.encoding(.integerOutOfRange)) { try RequestLogin(encoded: Array(zero)) }
    #expect(throws: WireError.unknownCase(9)) { try RemovePush(encoded: [0x81, 0x01, 0x09]) }
  }

  @Test("a ciphertext shares the storage of the message it came in")
  func zeroCopy() throws {
    let envelope = Envelope(device: .first, kind: .message, ciphertext: Samples.bytes(0, 64)[...])
    let bytes = envelope.encoded()
    let decoded = try Envelope(encoded: bytes)
    #expect(decoded.ciphertext.startIndex == bytes.count - 64)
  }
}

/// Vigna's SplitMix64: a seeded generator, so that a failure can be repeated.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
