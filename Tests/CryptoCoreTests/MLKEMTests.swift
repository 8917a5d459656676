// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Testing

@Suite("ML-KEM")
struct MLKEMTests {
  typealias Provider = NativeCryptoProvider

  @Test(
    "both sides learn the same secret, and a changed ciphertext gives another", arguments: MLKEMParameterSet.allCases)
  func roundTrip(set: MLKEMParameterSet) throws {
    let seed = try Provider.randomSecret(count: MLKEMParameterSet.seedSize)
    let result = try Provider.mlkemEncapsulate(to: Provider.mlkemPublicKey(of: seed, set: set), set: set)
    #expect(result.secret.count == MLKEMParameterSet.sharedSecretSize)
    #expect(try Provider.mlkemDecapsulate(result.ciphertext, seed: seed, set: set).isEqual(to: result.secret))
    var changed = result.ciphertext
    changed[changed.count - 1] ^= 1
    #expect(try !Provider.mlkemDecapsulate(changed, seed: seed, set: set).isEqual(to: result.secret))
    for count in [0, 32, 63, 65] {
      let wrong = SecretBytes(copying: [UInt8](repeating: 1, count: count))
      #expect(throws: CryptoError.invalidKeyLength) { try Provider.mlkemPublicKey(of: wrong, set: set) }
    }
  }
}
