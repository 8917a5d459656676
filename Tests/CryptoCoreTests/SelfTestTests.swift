// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Testing

@testable import CoreSelfTest

@Suite("Self-test")
struct SelfTestTests {
  @Test("the self-test that WebAssembly passes, passes here as well")
  func native() {
    var test = SelfTest<NativeCryptoProvider>()
    test.run()
    #expect(test.failures.isEmpty)
    #expect(test.passed > 15)
  }

  @Test("a check that does not hold, or that throws, is counted as a failure")
  func failing() {
    var test = SelfTest<NativeCryptoProvider>()
    test.check("holds") { true }
    test.check("does not hold") { false }
    test.check("throws") { () throws(CryptoError) in throw .malformed }
    #expect(test.passed == 1)
    #expect(test.failures == ["does not hold", "throws"])
  }
}
