// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import MessagePack
import Testing
import Wire

/// The committed bytes of every record. `CONSTRUCT_WRITE_GOLDEN=1` writes the file anew, for a reviewer to judge.
@Suite("Golden bytes")
struct GoldenBytesTests {
  @Test("every record encodes to its committed bytes")
  func goldenBytes() throws {
    var text = """
      # SPDX-FileCopyrightText: 2026 The Construct authors
      # SPDX-License-Identifier: Apache-2.0
      # Every record with every field, as its canonical bytes and as a reader would write it.

      """
    for record in try Samples.all() {
      let bytes = record.encoded()
      text += "\n\(type(of: record).schema.name)\n  \(hex(bytes))\n  \(try readable(bytes))\n"
    }
    try expectCommitted(text, at: "Tests/WireTests/Golden/records.txt")
  }

  @Test("every record reads back what it wrote")
  func roundTrip() throws {
    for record in try Samples.all() { try expectRoundTrip(record) }
  }

  private func expectRoundTrip<Record: WireRecord>(_ record: Record) throws {
    let decoded = try Record(encoded: record.encoded())
    #expect(decoded == record)
  }
}

/// Compares with a committed file, or writes it when asked to.
func expectCommitted(_ text: String, at path: String) throws {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let file = root.appending(path: path)
  if ProcessInfo.processInfo.environment["CONSTRUCT_WRITE_GOLDEN"] == "1" {
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }
  let committed = String(decoding: try Data(contentsOf: file), as: UTF8.self)
  #expect(committed == text, "\(path) is not what the code says; CONSTRUCT_WRITE_GOLDEN=1 writes it anew")
}

func hex(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// The value in CBOR's diagnostic notation (RFC 8949, section 8), which fits MessagePack as well.
func readable(_ bytes: [UInt8]) throws -> String {
  var reader = MessagePackReader(bytes)
  let value = try reader.readValue()
  return diagnostic(value)
}

private func diagnostic(_ value: MessagePackValue) -> String {
  switch value {
  case .nil: "null"
  case .bool(let bool): "\(bool)"
  case .int(let number): "\(number)"
  case .uint(let number): "\(number)"
  case .double(let number): "\(number)"
  case .string(let text): "\"\(text)\""
  case .binary(let bytes): "h'\(hex(bytes))'"
  case .array(let values): "[" + values.map(diagnostic).joined(separator: ", ") + "]"
  case .map(let pairs):
    "{" + pairs.map { "\(diagnostic($0.key)): \(diagnostic($0.value))" }.joined(separator: ", ") + "}"
  default: "\(value)"
  }
}
