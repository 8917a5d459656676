// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import CryptoCore

/// Everything that the core does, done once under some provider: natively in the test suite, and in WebAssembly by
/// `deploy/wasm`. It says whether a platform's build works; what the core promises is tested by CryptoCoreTests.
public struct SelfTest<Provider: CryptoProvider> {
  /// Checks that held.
  public private(set) var passed = 0
  /// The names of those that did not.
  public private(set) var failures: [String] = []

  public init() {}

  /// All checks; half a second natively, a few in WebAssembly.
  public mutating func run() {
    checkPrimitives()
    check("lattices of suite 2") { () throws(CryptoError) in try Self.lattices(of: .mlkem768, .mldsa65) }
    check("lattices of suite 3") { () throws(CryptoError) in try Self.lattices(of: .mlkem1024, .mldsa87) }
    check("X-Wing") { () throws(CryptoError) in try Self.xWing() }
    check("sessions of suite 1") { () throws(CryptoError) in try Self.sessions(of: ClassicSuite<Provider>.self) }
    check("sessions of suite 2") { () throws(CryptoError) in
      try Self.sessions(of: HybridSuite<Provider, HybridLevel3>.self)
    }
    check("sessions of suite 3") { () throws(CryptoError) in
      try Self.sessions(of: HybridSuite<Provider, HybridLevel5>.self)
    }
    checkOutsideOfSessions()
    check("MessagePack") { () throws(CryptoError) in Self.messagePack() }
  }

  mutating func check(_ name: String, _ body: () throws(CryptoError) -> Bool) {
    do throws(CryptoError) {
      if try body() { return passed += 1 }
    } catch {}
    failures.append(name)
  }

  /// Whether `body` throws this error.
  static func expect<Result>(_ expected: CryptoError, _ body: () throws(CryptoError) -> Result) -> Bool {
    do throws(CryptoError) { _ = try body() } catch { return error == expected }
    return false
  }

  private static func sessions<Suite: CipherSuite>(of _: Suite.Type) throws(CryptoError) -> Bool {
    let alice = try TalkingParty<Suite>(account: 0xA1)
    let bob = try TalkingParty<Suite>(account: 0xB0)
    try alice.meet(bob.introduction())
    let first = try alice.write(Array("hello".utf8))
    guard try bob.read(first, from: alice.introduction()) == Array("hello".utf8) else { return false }
    var late: [[UInt8]] = []
    // Enough round trips for an epoch of the sparse ratchet; every fifth message comes behind the next.
    for round in 0..<50 {
      let text = Array("round \(round)".utf8)
      let message = try bob.write(text)
      var forged = message
      forged[forged.count - 1] ^= 1
      guard expect(.authenticationFailed, { () throws(CryptoError) in try alice.read(forged) }) else {
        return false
      }
      guard try alice.read(message) == text else { return false }
      guard expect(.duplicateMessage, { () throws(CryptoError) in try alice.read(message) }) else { return false }
      let answer = try alice.write(text)
      if round % 5 == 0 {
        late.append(answer)
        continue
      }
      guard try bob.read(answer) == text else { return false }
    }
    // Of ten late ones the chains of the last five are remembered.
    return try bob.read(late[late.count - 1]) == Array("round 45".utf8)
  }
}
