// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The ids of the prekeys that an initial message wants, for the caller to load from its store, and what it would open
/// a session with.
public struct PreKeyReferences: Equatable, Sendable {
  public let signedPreKey: UInt32
  public let oneTimePreKey: UInt32?
  public let lastResortPreKey: UInt32?
  /// The initiator's ephemeral key, of the suite's agreement key size. The caller looks whether it remembers it of this
  /// sender (`DecryptionResult.baseKeyToRemember`).
  public let baseKey: [UInt8]

  init<Suite: CipherSuite>(_ header: PreKeyHeader<Suite>) {
    signedPreKey = header.signedPreKeyID
    baseKey = header.baseKey
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
  /// Whether the store remembers the base key: it opened a session before.
  public let isBaseKeyUsed: Bool

  public init(
    signedPreKey: SignedPreKeyPair<Suite>? = nil, oneTimePreKey: OneTimePreKeyPair<Suite>? = nil,
    lastResortPreKey: LastResortPreKeyPair<Suite>? = nil, isBaseKeyUsed: Bool = false
  ) {
    self.signedPreKey = signedPreKey
    self.oneTimePreKey = oneTimePreKey
    self.lastResortPreKey = lastResortPreKey
    self.isBaseKeyUsed = isBaseKeyUsed
  }
}
