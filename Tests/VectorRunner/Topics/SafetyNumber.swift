// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

private typealias Fingerprint = IdentityFingerprint<NativeCryptoProvider>

extension Topic {
  static let safetyNumber = Topic(
    "safety-number", "Safety numbers: both fingerprints and the 60 digits",
    formats: [.cases(with: "iterations", "localIdentity", "remoteIdentity", "displayable", check: check)])
}

private func check(_ test: JSONValue) throws {
  let sides = try ["local", "remote"].map { side in
    let fingerprint = Fingerprint.compute(
      key: try test.bytes(side + "Identity"), identifier: try test.bytes(side + "Identifier"),
      iterations: try test.integer("iterations"))
    try expect("the \(side) fingerprint", fingerprint, is: test.bytes(side + "Fingerprint"))
    return String(decoding: Fingerprint.digits(of: fingerprint), as: UTF8.self)
  }
  try expect("the digits", sides.sorted().joined(), is: test.string("displayable"))
}
