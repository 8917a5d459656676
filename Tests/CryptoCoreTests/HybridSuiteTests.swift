// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto
import Testing

@testable import CryptoCore

@Suite("Hybrid suites")
struct HybridSuiteTests {
  private let suite2 = HybridChecks<NativeHybridSuite>()
  private let suite3 = HybridChecks<NativeHybridLevel5Suite>()

  @Test("keys, signatures and messages have the documented sizes")
  func sizes() throws {
    #expect(NativeHybridSuite.id.rawValue == 2 && NativeHybridLevel5Suite.id.rawValue == 3)
    #expect(try suite2.sizes() == .init(signing: 1_984, agreement: 1_216, signature: 3_373, initial: 1_427, later: 233))
    #expect(try suite3.sizes() == .init(signing: 2_624, agreement: 1_600, signature: 4_691, initial: 1_907, later: 233))
  }

  @Test(
    "a conversation runs, whatever the fourth prekey is", arguments: [(true, true), (false, true), (false, false)])
  func conversation(oneTime: Bool, lastResort: Bool) throws {
    try suite2.conversation(oneTime: oneTime, lastResort: lastResort)
    try suite3.conversation(oneTime: oneTime, lastResort: lastResort)
  }

  @Test("a hybrid signature is invalid if either half is, and halves of two signatures do not make one")
  func signatures() throws {
    try suite2.signatures()
    try suite3.signatures()
  }

  @Test("a changed byte is refused, and a changed KEM ciphertext opens nothing")
  func tampering() throws {
    try suite2.tampering()
    try suite3.tampering()
  }

  @Test("a bundle whose one-time prekey is not signed by the certified device is refused")
  func bundles() throws {
    try suite2.bundles()
    try suite3.bundles()
  }

  @Test("a signed prekey with a low-order or a non-canonical half opens no session")
  func badKeys() throws {
    try suite2.badKeys()
    try suite3.badKeys()
  }

  @Test("key pairs survive being stored, and wrong lengths are refused")
  func storage() throws {
    try suite2.storage()
    try suite3.storage()
  }

  @Test("a session without skipped keys takes less than 12 KiB")
  func storedSize() throws {
    #expect(try suite2.storedSize() < 12_288)
    #expect(try suite3.storedSize() < 12_288)
  }
}
