// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("Stored state")
struct StoredStateTests {
  typealias Record = SessionRecord<NativeClassicSuite>

  /// A record with everything in it: an unanswered session, an archived one, chains and skipped keys.
  private func richRecord() throws -> Record {
    var pair = try Pair.connected()
    _ = try pair.alice.send("skipped")
    _ = try pair.alice.send("skipped")
    _ = try pair.toBob(pair.alice.send("x"))
    _ = try pair.toAlice(pair.bob.send("y"))
    _ = try pair.toBob(pair.alice.send("z"))
    try pair.bob.initiate(pair.alice.bundle(oneTime: false), of: pair.alice.remote, now: 5)
    return pair.bob.record
  }

  @Test("skipped keys survive being stored")
  func skippedKeys() throws {
    var pair = try Pair.connected()
    let skipped = try pair.alice.send("skipped")
    #expect(try pair.toBob(pair.alice.send("x")) == "x")
    pair.bob.record = try Record(serialized: pair.bob.record.serialized())
    #expect(try pair.toBob(skipped) == "skipped")
  }

  @Test("a stored record cut anywhere or continued is refused")
  func truncated() throws {
    let bytes = try richRecord().serialized().exposed()
    for count in bytes.indices {
      #expect(throws: CryptoError.self) { try Record(serialized: SecretBytes(copying: Array(bytes.prefix(count)))) }
    }
    #expect(throws: CryptoError.malformed) { try Record(serialized: SecretBytes(copying: bytes + [0])) }
  }

  @Test("a stored record with any byte changed either parses to what it says or is refused")
  func changed() throws {
    let bytes = try richRecord().serialized().exposed()
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 0xFF
      let secret = SecretBytes(copying: changed)
      do {
        #expect(try Record(serialized: secret).serialized().isEqual(to: secret))
      } catch {
        #expect([.malformed, .unsupportedVersion, .unsupportedSuite].contains(error))
      }
    }
  }

  @Test("another version or suite is refused by name")
  func otherVersion() throws {
    var bytes = try richRecord().serialized().exposed()
    bytes[0] = 2
    #expect(throws: CryptoError.unsupportedVersion) { try Record(serialized: SecretBytes(copying: bytes)) }
    bytes[0] = 1
    bytes[1] = 9
    #expect(throws: CryptoError.unsupportedSuite) { try Record(serialized: SecretBytes(copying: bytes)) }
  }

  @Test("a session without skipped keys takes less than 1 KiB")
  func size() throws {
    var pair = try Pair.connected()
    for _ in 0..<20 {
      #expect(try pair.toBob(pair.alice.send("ping")) == "ping")
      #expect(try pair.toAlice(pair.bob.send("pong")) == "pong")
    }
    #expect(pair.bob.record.serialized().count < 1_024)
  }

  @Test("an empty record is 4 bytes")
  func empty() throws {
    #expect(Record().serialized().exposed() == [1, 1, 0, 0])
  }
}
