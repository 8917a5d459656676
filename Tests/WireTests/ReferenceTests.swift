// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

/// `docs/wire-reference.md` is made from the schemas; this test holds the committed file against them.
@Suite("Reference")
struct ReferenceTests {
  @Test("the committed reference is what the schemas say")
  func reference() throws { try expectCommitted(try text(), at: "docs/wire-reference.md") }

  private func text() throws -> String {
    var text = """
      # Wire reference

      Made from the schemas in `Shared/Wire` by `Tests/WireTests/ReferenceTests.swift`, which fails when the two differ.
      How a connection goes, with examples, stands in [api.md](api.md).

      ## Encoding

      One WebSocket binary message is one *frame*, and a frame is one *record*. A record is a MessagePack map keyed by small
      unsigned integers, its field numbers, in ascending order and in shortest form; optional fields may be absent;
      fields that a reader does not know are skipped. Numbers are never reused. `uint` is a MessagePack unsigned integer,
      `bin N` a byte string of exactly N bytes, `bin` one of any length within its limit, `str` a UTF-8 string. A capitalised type is another record.
      Times are milliseconds since the Unix epoch. `ServiceRequest` and the records behind it, up to `WakeUp`, travel between the servers only.

      ## Frame


      """
    text += table(Frame.schema)
    text += "\n## Frame kinds\n\n| kind | record | sent by |\n| --- | --- | --- |\n"
    for kind in FrameKind.allCases {
      let sender = kind.direction == .fromClient ? "client" : "server"
      text += "| 0x\(kind.rawValue < 16 ? "0" : "")\(String(kind.rawValue, radix: 16)) (\(kind.rawValue)) "
      text += "| [\(kind.schema.name)](#\(kind.schema.name.lowercased())) | \(sender) |\n"
    }
    text +=
      "\n## Failure codes\n\nA client treats a code that it does not know by its hundred: 1xx protocol, 2xx accounts, 3xx keys, "
    text +=
      "4xx messages, 5xx the service (worth repeating).\n\n| code | name | repeat | meaning |\n| --- | --- | --- | --- |\n"
    for entry in FailureCode.catalogue {
      text += "| \(entry.code.number) | \(entry.name) | \(entry.isRetryable ? "yes" : "no") | \(entry.summary) |\n"
    }
    text += "\n## Limits\n\n| what | bound |\n| --- | --- |\n"
    for (what, bound) in limits { text += "| \(what) | \(bound) |\n" }
    text += "\n## Records\n"
    var seen: Set<String> = [Frame.schema.name]
    for record in try Samples.all() {
      let schema = type(of: record).schema
      guard seen.insert(schema.name).inserted else { continue }
      text += "\n### \(schema.name)\n\n\(schema.summary).\n\n" + table(schema)
    }
    return text
  }

  private var limits: [(String, Int)] {
    [
      ("bytes of one WebSocket message", WireLimits.frameBytes),
      ("bytes of one ciphertext", WireLimits.ciphertextBytes),
      ("devices of one account", WireLimits.devices),
      ("one-time prekeys in one upload, and kept for one device", WireLimits.oneTimePreKeys),
      ("requests of one connection without an answer", WireLimits.outstandingRequests),
      ("deliveries to one connection without an acknowledgement", WireLimits.unacknowledgedDeliveries),
      ("ranges in one acknowledgement", WireLimits.acknowledgementRanges),
      ("bytes of a key or signature", WireLimits.keyBytes),
      ("bytes of a device list", WireLimits.deviceListBytes),
      ("bytes of an access token", WireLimits.tokenBytes),
      ("bytes of a short text", WireLimits.textBytes),
    ]
  }

  private func table(_ schema: RecordSchema) -> String {
    guard !schema.fields.isEmpty else { return "No fields: the empty map.\n" }
    var text = "| number | field | type | | meaning |\n| --- | --- | --- | --- | --- |\n"
    for field in schema.fields {
      let presence = field.presence == .optional ? "optional" : ""
      text += "| \(field.number) | \(field.name) | \(field.type) | \(presence) | \(field.summary) |\n"
    }
    return text
  }
}
