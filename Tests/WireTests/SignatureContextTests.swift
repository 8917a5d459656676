// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@Suite("Signature contexts")
struct SignatureContextTests {
  @Test("a prekey's signed bytes are label, suite, kind, id and key")
  func preKey() {
    let bytes = SignatureContext.preKey(suite: 1, kind: .lastResort, id: 0x0102_0304, publicKey: [9, 8])
    #expect(bytes == Array("Construct prekey v1".utf8) + [0, 1, 2, 1, 2, 3, 4, 9, 8])
  }

  @Test("no two contexts share a label")
  func labels() {
    #expect(SignatureContext.deviceList(payload: [1]) == Array("Construct device list v1".utf8) + [0, 1])
    #expect(SignatureContext.login(payload: [1]) == Array("Construct login v1".utf8) + [0, 1])
  }
}
