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
      <!-- SPDX-FileCopyrightText: 2026 The Construct authors -->
      <!-- SPDX-License-Identifier: Apache-2.0 -->
      # Wire reference

      Made from the schemas in `Shared/Wire` by `Tests/WireTests/ReferenceTests.swift`, which fails when the two differ.
      How a connection goes, with examples, stands in [api.md](api.md).

      ## Encoding

      One WebSocket binary message is one *frame*, and a frame is one *record*. A record is a MessagePack map keyed by small
      unsigned integers, its field numbers, in ascending order and in shortest form; optional fields may be absent;
      fields that a reader does not know are skipped. Numbers are never reused. `uint` is a MessagePack unsigned integer,
      `bin N` a byte string of exactly N bytes, `bin` one of any length within its limit, `str` a UTF-8 string, `bool` true or false, `map` another record, which
      stands there itself and not as a byte string. A device is a `uint` of 32 bits, an account or a message id the 16 bytes of a UUID.
      Times are milliseconds since the Unix epoch.

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
    let internalNames = Set(try Samples.streams().map { type(of: $0).schema.name })
    let sealedNames: Set = ["LoginStatement", "DeviceList", "DeviceEntry", "Content", "ResendRequest"]
    let schemas = try Samples.all().map { type(of: $0).schema }
    text += records(
      "Records of the client's frames", "What clients and gateways write to each other.",
      schemas.filter { !sealedNames.contains($0.name) && !internalNames.contains($0.name) })
    text += records(
      "Records that clients sign or encrypt",
      "They are signed or encrypted as bytes; a frame holds those bytes, or only their signature.",
      schemas.filter { sealedNames.contains($0.name) })
    text += records(
      "Records between the servers",
      """
      Internal: they stand in Redis streams, and no client writes or sees one. `connection` and `request` count the gateway's own
      connections and requests; when it answers, the gateway puts the number from the client's frame in again.
      """,
      schemas.filter { internalNames.contains($0.name) })
    return text
  }

  private func records(_ title: String, _ introduction: String, _ schemas: [RecordSchema]) -> String {
    var text = "\n## \(title)\n\n\(introduction)\n"
    var seen: Set<String> = [Frame.schema.name]
    for schema in schemas where seen.insert(schema.name).inserted {
      text += "\n### \(schema.name)\n\n\(schema.summary).\n\n" + table(schema)
    }
    return text
  }

  /// A field's type; one that is another record leads to it.
  private func typeText(_ field: FieldSchema) -> String {
    guard let name = field.type.split(separator: " ").last, name.allSatisfy(\.isLetter), name.first?.isUppercase == true
    else { return field.type }
    return field.type.dropLast(name.count) + "map [\(name)](#\(name.lowercased()))"
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
      ("messages in one request to send again", WireLimits.resendRequestMessages),
      ("times that a message is sent again", WireLimits.resends),
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
      text += "| \(field.number) | \(field.name) | \(typeText(field)) | \(presence) | \(field.summary) |\n"
    }
    return text
  }
}
