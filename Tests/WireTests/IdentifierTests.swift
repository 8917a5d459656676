// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@Suite("Identifiers")
struct IdentifierTests {
  @Test("a UUID's text and bytes say the same")
  func uuid() throws {
    let text = "f81d4fae-7dec-41d0-a765-00a0c91e6bf6"
    let identifier = try #require(Identifier128(uuidString: text))
    #expect(identifier.uuidString == text)
    #expect(Identifier128(bytes: identifier.bytes) == identifier)
    #expect(Identifier128(uuidString: text.uppercased()) == identifier)
  }

  @Test(
    "what is no UUID is refused",
    arguments: [
      "", "f81d4fae7dec41d0a76500a0c91e6bf6", "f81d4fae-7dec-41d0-a765-00a0c91e6bf",
      "g81d4fae-7dec-41d0-a765-00a0c91e6bf6",
      "f81d4fae-7dec-41d0-a765-00a0c91e6bf6a", "f81d4fae-7dec-41d0-a765_00a0c91e6bf6",
    ])
  func notUUID(text: String) { #expect(Identifier128(uuidString: text) == nil) }

  @Test("an account drawn from random bytes is a version 4 UUID")
  func version4() throws {
    let account = try #require(AccountID(random: [UInt8](repeating: 0xFF, count: 16)))
    #expect(account.raw.uuidString == "ffffffff-ffff-4fff-bfff-ffffffffffff")
    #expect(AccountID(random: [1, 2, 3]) == nil)
  }

  @Test("device ids are positive and fit a signed column")
  func devices() {
    #expect(DeviceID(0) == nil)
    #expect(DeviceID(UInt32(Int32.max)) != nil)
    #expect(DeviceID(UInt32(Int32.max) + 1) == nil)
  }

  @Test("accounts spread over all partitions")
  func partitions() {
    var generator = SplitMix(state: 7)
    var counts = [Int](repeating: 0, count: Int(Partition.count))
    for _ in 0..<6_400 {
      let account = AccountID(Identifier128(high: generator.next(), low: generator.next()))
      counts[Int(Partition(of: account).number)] += 1
    }
    #expect(counts.allSatisfy { (50...150).contains($0) })
    #expect(Partition(Partition.count) == nil)
    #expect(Partition.all.count == 64)
  }
}
