// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The ids of the prekeys that an initial message wants, for the caller to load from its store.
public struct PreKeyReferences: Equatable, Sendable {
  public let signedPreKey: UInt32
  public let oneTimePreKey: UInt32?
  public let lastResortPreKey: UInt32?

  init<Suite: CipherSuite>(_ header: PreKeyHeader<Suite>) {
    signedPreKey = header.signedPreKeyID
    switch header.fourth {
    case .none:
      oneTimePreKey = nil
      lastResortPreKey = nil
    case .oneTime(let id):
      oneTimePreKey = id
      lastResortPreKey = nil
    case .lastResort(let id):
      oneTimePreKey = nil
      lastResortPreKey = id
    }
  }
}

/// The prekeys that the store had for `PreKeyReferences`; what it has not (any more) is nil. Decryption checks the ids.
public struct LocalPreKeys<Suite: CipherSuite>: Sendable {
  public let signedPreKey: SignedPreKeyPair<Suite>?
  public let oneTimePreKey: OneTimePreKeyPair<Suite>?
  public let lastResortPreKey: LastResortPreKeyPair<Suite>?

  public init(
    signedPreKey: SignedPreKeyPair<Suite>? = nil, oneTimePreKey: OneTimePreKeyPair<Suite>? = nil,
    lastResortPreKey: LastResortPreKeyPair<Suite>? = nil
  ) {
    self.signedPreKey = signedPreKey
    self.oneTimePreKey = oneTimePreKey
    self.lastResortPreKey = lastResortPreKey
  }
}
