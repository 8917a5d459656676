// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore

/// What another implementer of the sparse ratchet wants to compare besides its keys.
protocol SparseIntermediates {
  /// The epoch's secret, if the next message to send is the one that makes it.
  func secretOfSending() throws(CryptoError) -> SecretBytes?
  /// The epoch's secret, if a message with this header completes it.
  func secret(ofReceiving header: [UInt8]) throws(CryptoError) -> SecretBytes?
  /// The values that a new epoch changes.
  var described: JSONValue { get }
  /// The MAC that it sends behind a KEM key's header or behind a ciphertext, once it has made it.
  var madeMAC: JSONValue.Member? { get }
}

extension PostQuantumRatchet: SparseIntermediates {
  func secretOfSending() throws(CryptoError) -> SecretBytes? {
    var braid = braid
    return try braid.send { (count: Int) throws(CryptoError) in
      try Profile.Provider.randomSecret(count: count)
    }.secret
  }

  func secret(ofReceiving header: [UInt8]) throws(CryptoError) -> SecretBytes? {
    var braid = braid
    let message = try BraidMessage(encoded: header)
    return try braid.receive(epoch: message.epoch, message.payload)
  }

  var described: JSONValue {
    .object([
      JSONValue.Member("epoch", .number(String(braid.epoch))), JSONValue.Member("nextRoot", keys.nextRoot),
      JSONValue.Member("authenticatorRoot", braid.authenticator.rootKey),
      JSONValue.Member("macKey", braid.authenticator.macKey),
    ])
  }

  var madeMAC: JSONValue.Member? {
    switch braid.state {
    case .keysSampled(_, let header): JSONValue.Member("headerMac", Array(header.message.suffix(32)))
    case .ekReceivedCt1Sampled(_, let secondPart): JSONValue.Member("ciphertextMac", Array(secondPart.suffix(32)))
    case .ct2Sampled(let secondPart): JSONValue.Member("ciphertextMac", Array(secondPart.message.suffix(32)))
    default: nil
    }
  }
}
