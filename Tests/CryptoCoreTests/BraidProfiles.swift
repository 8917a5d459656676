// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import NativeCrypto

@testable import CryptoCore

/// Signal's labels, with which the published transcripts were made.
enum SignalBraid: BraidProfile {
  typealias Provider = NativeCryptoProvider

  private static let braid = "Signal_PQCKA_V1_MLKEM768:"

  static let braidParameters = BraidParameters(
    set: .mlkem768, chainStart: Array("Signal PQ Ratchet V1 Chain  Start".utf8),
    chainEpoch: Array("Signal PQ Ratchet V1 Chain Add Epoch".utf8),
    chainNext: Array("Signal PQ Ratchet V1 Chain Next".utf8), epochSecret: Array("\(braid)SCKA Key".utf8),
    authenticator: Array("\(braid)Authenticator Update".utf8), headerMAC: Array("\(braid)ekheader".utf8),
    ciphertextMAC: Array("\(braid)ciphertext".utf8))
}

typealias Braid768 = NativeHybridSuite
typealias Braid1024 = NativeHybridLevel5Suite

extension BraidState {
  /// The specification's name.
  var name: String {
    let name = "\(tag)"
    return name.prefix(1).uppercased() + name.dropFirst()
  }
}
