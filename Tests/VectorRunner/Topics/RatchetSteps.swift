// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

/// What the steps of every ratchet transcript have in common.
extension JSONValue {
  /// The DH ratchet step that receiving `message` leads to, checked value by value against what the file has.
  func checkDHRatchet<Suite: CipherSuite>(
    _ suite: Suite.Type, before ratchet: DoubleRatchet<Suite>, remote: RemoteRatchetKey, parameters: RatchetParameters
  ) throws -> RatchetKeyPair<Suite> {
    let privateKey = try self["newDhPrivate"] == nil ? secret("newRatchetPrivate") : secret("newDhPrivate")
    let publicKey = try self["newDhPublic"] == nil ? bytes("newRatchetPublic") : bytes("newDhPublic")
    let fresh = RatchetKeyPair<Suite>(try AgreementKeyPair(privateKey: privateKey))
    try expect("new ratchet key", fresh.publicKey.bytes, is: publicKey)

    let received = try ratchet.keyPair.agree(with: remote)
    try expect("DH output for receiving", received, is: bytes("dhOutputReceive"))
    let (root, receiving) = try ratchet.rootKey.advanced(by: received, info: parameters.rootInfo, suite: Suite.self)
    try expect("root key after receiving", root.secret, is: bytes("rootKeyAfterReceive"))
    try expect("receiving chain key", receiving.secret, is: bytes("receiveChainKey"))
    let sent = try fresh.agree(with: remote)
    try expect("DH output for sending", sent, is: bytes("dhOutputSend"))
    let (next, sending) = try root.advanced(by: sent, info: parameters.rootInfo, suite: Suite.self)
    try expect("root key after sending", next.secret, is: bytes("rootKeyAfterSend"))
    try expect("sending chain key", sending.secret, is: bytes("sendChainKey"))
    return fresh
  }
}

extension DoubleRatchet {
  /// The key of the next message that will be sent.
  func nextMessageKey() throws -> MessageKey {
    guard let sending else { throw VectorProblem.mismatch("there is no sending chain") }
    return sending.chainKey.messageKey(Suite.self)
  }

  /// Decrypts with a given next key pair, or with a fresh one where the file says that none is made.
  mutating func decrypt(
    _ message: RatchetMessage<Suite>, associatedData: [UInt8], parameters: RatchetParameters,
    fresh: RatchetKeyPair<Suite>?
  ) throws(CryptoError) -> [UInt8] {
    try decrypt(
      message, associatedData: associatedData, parameters: parameters,
      freshKeyPair: { () throws(CryptoError) in
        if let fresh { return fresh }
        return try .generate()
      })
  }
}
