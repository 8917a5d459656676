// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import CryptoCore
import NativeCrypto
import Wire

/// The suites that this client implements. Which one is at work is known only at run time, by a number in a record, so
/// code that depends on it is generic, and is entered through the type that stands here for the number.
public enum ClientSuites {
  /// The suite of new accounts, unless another is asked for.
  public static let recommended = SuiteID.hybrid
  /// All of them: those of the core.
  public static let implemented = KnownSuite.allCases.map(\.id)

  /// Those that a person can choose for a new account. A new suite is implemented a release before it is offered
  /// (docs/decisions/0009, "How a suite comes in").
  public static let offered: [KnownSuite] = [.classic, .hybrid, .hybridLevel5]

  /// Throws `unsupportedSuite` for any that is not implemented.
  static func type(of suite: SuiteID) throws(CryptoError) -> any CipherSuite.Type {
    switch try suite.known() {
    case .classic: NativeClassicSuite.self
    case .hybrid: NativeHybridSuite.self
    case .hybridLevel5: NativeHybridLevel5Suite.self
    }
  }

  /// The suite as which a key of suite `certified` is used: that suite if this client implements it, else the classic
  /// one, which is part of every other.
  static func usable(for certified: SuiteID) -> SuiteID {
    SuiteID.forSession(withDeviceOf: certified, implemented: implemented)
  }
}

extension SuiteID {
  /// The suite of a number that the wire gives more room than the core does.
  static func numbered(_ number: UInt64) throws(CryptoError) -> SuiteID {
    guard let number = UInt8(exactly: number) else { throw .unsupportedSuite }
    return SuiteID(rawValue: number)
  }

  var number: UInt64 { UInt64(rawValue) }
}

extension StoredAccount {
  /// The suite of the device's keys.
  func suiteID() throws(CryptoError) -> SuiteID { try .numbered(suite) }

  /// The suites in which others find prekeys of this device: its own and the classic one.
  func preKeySuites() throws(CryptoError) -> [SuiteID] {
    let own = try suiteID()
    return own == .classic ? [own] : [own, .classic]
  }
}

extension DeviceEntry {
  /// The keys as the list certifies them. Throws `invalidKeyLength`.
  func certifiedKeys() throws(CryptoError) -> CertifiedDeviceKeys {
    try CertifiedDeviceKeys(suite: .numbered(suite), signing: signingKey, agreement: agreementKey)
  }

  /// The suite in which this client opens sessions with the device.
  func sessionSuite() throws(CryptoError) -> SuiteID { ClientSuites.usable(for: try .numbered(suite)) }

  /// A device of a verified list as the handshake needs it.
  func remoteDevice(of account: AccountID, root: CertifiedRootKey) throws(CryptoError) -> RemoteDevice {
    RemoteDevice(
      address: try DeviceAddress(account: account.bytes, device: device.number), root: root,
      keys: try certifiedKeys())
  }
}

extension StoredContact {
  /// The pinned root key, if the account is known.
  func root() throws(CryptoError) -> CertifiedRootKey? {
    guard let rootIdentityKey, let suite else { return nil }
    return try CertifiedRootKey(suite: .numbered(suite), bytes: rootIdentityKey)
  }
}

extension CertifiedRootKey {
  /// Throws `invalidSignature` unless the root key signed this list, as far as this client knows its suite.
  func verify(_ list: SignedDeviceList) throws(CryptoError) {
    func verify<Suite: CipherSuite>(as suite: Suite.Type) throws(CryptoError) {
      try verifyDeviceList(payload: list.payload, signature: list.signature, as: suite)
    }
    try verify(as: ClientSuites.type(of: ClientSuites.usable(for: suite)))
  }
}
