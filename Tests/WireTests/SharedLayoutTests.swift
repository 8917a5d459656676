// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import CryptoCore

/// The server verifies signatures without the crypto core, so the layouts stand twice; they must never differ.
@Suite("Layouts that server and core share")
struct SharedLayoutTests {
  @Test("device lists, logins and prekeys are signed over the same bytes on both sides")
  func signedMessages() {
    let payload: [UInt8] = [1, 2, 3]
    #expect(SignatureContext.deviceList(payload: payload) == SignedMessage.deviceList(payload: payload))
    #expect(SignatureContext.login(payload: payload) == SignedMessage.login(payload: payload))
    for (context, kind) in [(SignatureContext.PreKeyKind.signed, PreKeyKind.signed), (.lastResort, .lastResort)] {
      #expect(
        SignatureContext.preKey(suite: 1, kind: context, id: 0xA1B2_C3D4, publicKey: payload)
          == SignedMessage.preKey(suite: SuiteID.classic, kind: kind, id: 0xA1B2_C3D4, publicKey: payload))
    }
  }
}
