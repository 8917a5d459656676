// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What the key directory answered for a device: lengths are right, nothing else is known yet.
public struct UnverifiedPreKeyBundle<Suite: CipherSuite>: Sendable {
  public let signedPreKey: SignedPreKey<Suite>
  public let oneTimePreKey: OneTimePreKey<Suite>?
  public let lastResortPreKey: LastResortPreKey<Suite>?

  public init(
    signedPreKey: SignedPreKey<Suite>, oneTimePreKey: OneTimePreKey<Suite>?,
    lastResortPreKey: LastResortPreKey<Suite>?
  ) {
    self.signedPreKey = signedPreKey
    self.oneTimePreKey = oneTimePreKey
    self.lastResortPreKey = lastResortPreKey
  }

  /// Checks every signature against the keys that the device's list certifies: in the suite of those keys, or their
  /// suite-1 part for a bundle of suite 1.
  ///
  /// Throws `invalidSignature`, or `unsupportedSuite` for a bundle of any other suite.
  public func verified(for device: RemoteDevice) throws(CryptoError) -> PreKeyBundle<Suite> {
    let keys = device.keys
    try keys.verifyPreKey(
      kind: .signed, id: signedPreKey.id, key: signedPreKey.key, signature: signedPreKey.signature)
    if let key = lastResortPreKey {
      try keys.verifyPreKey(kind: .lastResort, id: key.id, key: key.key, signature: key.signature)
    }
    if let key = oneTimePreKey, let signature = key.signature {
      try keys.verifyPreKey(kind: .oneTime, id: key.id, key: key.key, signature: signature)
    }
    return PreKeyBundle(device: device, keys: self)
  }
}

/// A bundle whose signatures have been checked. Only this reaches a handshake.
public struct PreKeyBundle<Suite: CipherSuite>: Sendable {
  public let device: RemoteDevice
  let signedPreKey: SignedPreKey<Suite>
  /// The key for the fourth exchange: the one-time prekey if there is one, else the last-resort one, else none.
  let fourth: FourthPreKey

  fileprivate init(device: RemoteDevice, keys: UnverifiedPreKeyBundle<Suite>) {
    self.device = device
    signedPreKey = keys.signedPreKey
    if let key = keys.oneTimePreKey {
      fourth = .oneTime(id: key.id, key.key)
    } else if let key = keys.lastResortPreKey {
      fourth = .lastResort(id: key.id, key.key)
    } else {
      fourth = .none
    }
  }

  /// The KEM key that the initiator encapsulates to: the fourth prekey's, or the signed prekey's if there is none.
  var kemKey: [UInt8] { (fourth.key ?? signedPreKey.key).kem }

  enum FourthPreKey: Sendable {
    case none
    case oneTime(id: UInt32, HandshakePublicKey<Suite>)
    case lastResort(id: UInt32, HandshakePublicKey<Suite>)

    var key: HandshakePublicKey<Suite>? {
      switch self {
      case .none: nil
      case .oneTime(_, let key), .lastResort(_, let key): key
      }
    }

    var reference: PreKeyHeader<Suite>.FourthReference {
      switch self {
      case .none: .none
      case .oneTime(let id, _): .oneTime(id)
      case .lastResort(let id, _): .lastResort(id)
      }
    }
  }
}
