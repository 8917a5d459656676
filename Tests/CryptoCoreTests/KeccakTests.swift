// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CryptoCore

/// The examples that NIST publishes with FIPS 202: the empty message, "abc", and 200 bytes of A3.
@Suite("Keccak")
struct KeccakTests {
  private let long = [UInt8](repeating: 0xA3, count: 200)

  @Test("SHA3-256 agrees with NIST's examples")
  func sha3_256() throws {
    #expect(
      try SHA3.hash256([]) == Hex("a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a").bytes)
    #expect(
      try SHA3.hash256(Array("abc".utf8))
        == Hex("3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532").bytes)
    #expect(
      try SHA3.hash256(long) == Hex("79f38adec5c20307a98ef76e8324afbfd46cfd81b22e3973c65fa1bd9de31787").bytes)
  }

  @Test("SHA3-512 agrees with NIST's examples")
  func sha3_512() throws {
    #expect(
      try SHA3.hash512([])
        == Hex(
          "a69f73cca23a9ac5c8b567dc185a756e97c982164fe25859e0d1dcc1475c80a6"
            + "15b2123af1f5f94c11e3e9402c3ac558f500199d95b6d3e301758586281dcd26"
        ).bytes)
    #expect(
      try SHA3.hash512(Array("abc".utf8))
        == Hex(
          "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e"
            + "10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0"
        ).bytes)
    #expect(
      try SHA3.hash512(long)
        == Hex(
          "e76dfad22084a8b1467fcf2ffa58361bec7628edf5f3fdc0e4805dc48caeeca8"
            + "1b7c13c30adf52a3659584739a2df46be589c51ca1a4a8416df6545a1ce8ba00"
        ).bytes)
  }

  @Test("SHAKE128 and SHAKE256 agree with NIST's examples, to their 512th byte")
  func shake() throws {
    #expect(
      try SHA3.shake128([], count: 64)
        == Hex(
          "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26"
            + "3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e2"
        ).bytes)
    #expect(
      try SHA3.shake256([], count: 64)
        == Hex(
          "46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f"
            + "d75dc4ddd8c0f200cb05019d67b592f6fc821c49479ab48640292eacb3b7c4be"
        ).bytes)
    #expect(
      try SHA3.shake128(long, count: 512).suffix(32)
        == Hex("44c9fb359fd56ac0a9a75a743cff6862f17d7259ab075216c0699511643b6439").bytes[...])
    #expect(
      try SHA3.shake256(long, count: 512).suffix(32)
        == Hex("6a1a9d7846436e4dca5728b6f760eef0ca92bf0be5615e96959d767197a0beeb").bytes[...])
  }

  @Test("every length around the blocks, and absorbing and squeezing in pieces, give the same as Python's hashlib")
  func lengths() throws {
    var digest = KeccakSponge.sha3_256()
    for count in 0..<300 {
      let message = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
      digest.absorb(SHA3.hash256(message) + SHA3.hash512(message))
      for pieces in 0..<2 {
        var sponge = pieces == 0 ? KeccakSponge.shake128() : KeccakSponge.shake256()
        sponge.absorb(message.span.extracting(..<(count / 3)))
        sponge.absorb(message.span.extracting((count / 3)...))
        digest.absorb(sponge.squeeze(count / 2) + sponge.squeeze(count - count / 2))
      }
    }
    #expect(
      try digest.squeeze(32) == Hex("6af2020944d4b543087332b81b4b34a9e20c8acfa2e11a8456452aac61e11995").bytes)
  }
}
