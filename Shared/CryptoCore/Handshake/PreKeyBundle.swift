// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// What the key directory answered for a device: lengths are right, nothing else is known yet.
public struct UnverifiedPreKeyBundle<Suite: CipherSuite>: Sendable {
  public let signedPreKey: SignedPreKey<Suite>
  public let oneTimePreKey: OneTimePreKey<Suite>?
  public let lastResortPreKey: LastResortPreKey<Suite>?
  public let kemPreKey: KEMPreKey<Suite>?

  public init(
    signedPreKey: SignedPreKey<Suite>, oneTimePreKey: OneTimePreKey<Suite>?,
    lastResortPreKey: LastResortPreKey<Suite>?, kemPreKey: KEMPreKey<Suite>? = nil
  ) {
    self.signedPreKey = signedPreKey
    self.oneTimePreKey = oneTimePreKey
    self.lastResortPreKey = lastResortPreKey
    self.kemPreKey = kemPreKey
  }

  /// Checks every signature against the identity that the device's list certifies.
  ///
  /// Throws `invalidSignature`, or `malformed` if a suite with a KEM got no KEM prekey.
  public func verified(for device: RemoteDevice<Suite>) throws(CryptoError) -> PreKeyBundle<Suite> {
    let identity = device.identity
    try identity.verifyPreKey(
      kind: .signed, id: signedPreKey.id, publicKey: signedPreKey.publicKey, signature: signedPreKey.signature)
    if let key = lastResortPreKey {
      try identity.verifyPreKey(kind: .lastResort, id: key.id, publicKey: key.publicKey, signature: key.signature)
    }
    if let key = kemPreKey {
      try identity.verifyPreKey(kind: key.kind, id: key.id, publicKey: key.publicKey, signature: key.signature)
    }
    guard Suite.KEM.isPresent == (kemPreKey != nil) else { throw .malformed }
    return PreKeyBundle(device: device, keys: self)
  }
}

/// A bundle whose signatures have been checked. Only this reaches a handshake.
public struct PreKeyBundle<Suite: CipherSuite>: Sendable {
  public let device: RemoteDevice<Suite>
  let signedPreKey: SignedPreKey<Suite>
  let kemPreKey: KEMPreKey<Suite>?
  /// The key for X3DH's fourth exchange: the one-time prekey if there is one, else the last-resort one, else none.
  let fourth: FourthPreKey

  fileprivate init(device: RemoteDevice<Suite>, keys: UnverifiedPreKeyBundle<Suite>) {
    self.device = device
    signedPreKey = keys.signedPreKey
    kemPreKey = keys.kemPreKey
    if let key = keys.oneTimePreKey {
      fourth = .oneTime(id: key.id, publicKey: key.publicKey)
    } else if let key = keys.lastResortPreKey {
      fourth = .lastResort(id: key.id, publicKey: key.publicKey)
    } else {
      fourth = .none
    }
  }

  enum FourthPreKey: Sendable {
    case none
    case oneTime(id: UInt32, publicKey: [UInt8])
    case lastResort(id: UInt32, publicKey: [UInt8])

    var publicKey: [UInt8]? {
      switch self {
      case .none: nil
      case .oneTime(_, let publicKey), .lastResort(_, let publicKey): publicKey
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
