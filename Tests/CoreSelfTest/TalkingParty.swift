// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import CryptoCore

/// A device that another one, built for another platform, can talk with: all that it says and hears is bytes.
public final class TalkingParty<Suite: CipherSuite> {
  public let local: LocalDevice
  private let identity: DeviceIdentityKeyPair<Suite>
  private let signedPreKey: SignedPreKeyPair<Suite>
  private let oneTimePreKey: OneTimePreKeyPair<Suite>
  private var record = SessionRecord<Suite>()
  /// Known once it was met, or once something of it was read.
  private var peer: RemoteDevice?

  /// - Parameter account: the byte that the account's id consists of.
  public init(account: UInt8) throws(CryptoError) {
    identity = try DeviceIdentityKeyPair()
    signedPreKey = try SignedPreKeyPair(id: 1)
    oneTimePreKey = try OneTimePreKeyPair(id: 1)
    local = LocalDevice(
      address: try DeviceAddress(account: [UInt8](repeating: account, count: 16), device: 1),
      root: try RootIdentityKeyPair<Suite>().publicKey.certified, identity: identity)
    root = local.asRemote.root.bytes
  }

  private let root: [UInt8]

  /// account (1 byte) ‖ root key ‖ signing key ‖ agreement key ‖ signed prekey ‖ its signature ‖ one-time prekey ‖ its
  /// signature, each behind its length (u16); an absent signature has the length 0.
  public func introduction() throws(CryptoError) -> [UInt8] {
    let signed = try signedPreKey.publicPreKey(signedBy: identity)
    let oneTime = try oneTimePreKey.publicPreKey(signedBy: identity)
    var result = [local.asRemote.address.account[0]]
    for part in [
      root, identity.publicKey.signing, identity.publicKey.agreement, signed.publicKey, signed.signature,
      oneTime.publicKey, oneTime.signature ?? [],
    ] {
      result += [UInt8(part.count >> 8), UInt8(part.count & 0xFF)] + part
    }
    return result
  }

  /// Opens a session with whoever is introduced.
  public func meet(_ introduction: [UInt8]) throws(CryptoError) {
    let (device, bundle) = try Self.read(introduction)
    try record.initiate(local: local, bundle: bundle.verified(for: device), now: 0)
    peer = device
  }

  /// Encrypts.
  public func write(_ text: [UInt8]) throws(CryptoError) -> [UInt8] { try record.encrypt(text, now: 0).bytes }

  /// Decrypts; the introduction says who wrote it if this side did not open the session.
  public func read(_ message: [UInt8], from introduction: [UInt8]? = nil) throws(CryptoError) -> [UInt8] {
    if let introduction { peer = try Self.read(introduction).device }
    guard let peer else { throw .unknownSession }
    let keys = LocalPreKeys(signedPreKey: signedPreKey, oneTimePreKey: oneTimePreKey)
    return try record.decrypt(
      CiphertextMessage(bytes: message), local: local, remote: peer, preKeys: keys, now: 0
    ).plaintext
  }

  private static func read(
    _ introduction: [UInt8]
  ) throws(CryptoError) -> (device: RemoteDevice, bundle: UnverifiedPreKeyBundle<Suite>) {
    var parts: [[UInt8]] = []
    var offset = 1
    while offset + 2 <= introduction.count {
      let end = offset + 2 + Int(introduction[offset]) << 8 + Int(introduction[offset + 1])
      guard end <= introduction.count else { throw .malformed }
      parts.append(Array(introduction[offset + 2..<end]))
      offset = end
    }
    guard parts.count == 7, offset == introduction.count else { throw .malformed }
    let device = RemoteDevice(
      address: try DeviceAddress(account: [UInt8](repeating: introduction[0], count: 16), device: 1),
      root: try CertifiedRootKey(suite: Suite.id, bytes: parts[0]),
      keys: try CertifiedDeviceKeys(suite: Suite.id, signing: parts[1], agreement: parts[2]))
    let bundle = UnverifiedPreKeyBundle<Suite>(
      signedPreKey: try SignedPreKey(id: 1, publicKey: parts[3], signature: parts[4]),
      oneTimePreKey: try OneTimePreKey(id: 1, publicKey: parts[5], signature: parts[6].isEmpty ? nil : parts[6]),
      lastResortPreKey: nil)
    return (device, bundle)
  }
}

/// A party of any suite behind one function.
public final class TalkingDevice<Provider: CryptoProvider> {
  private enum Party {
    case classic(TalkingParty<ClassicSuite<Provider>>)
    case hybrid(TalkingParty<HybridSuite<Provider, HybridLevel3>>)
    case hybridLevel5(TalkingParty<HybridSuite<Provider, HybridLevel5>>)
  }

  private let party: Party

  /// Throws `unsupportedSuite`.
  public init(suite: UInt8, account: UInt8) throws(CryptoError) {
    switch suite {
    case 1: party = .classic(try TalkingParty(account: account))
    case 2: party = .hybrid(try TalkingParty(account: account))
    case 3: party = .hybridLevel5(try TalkingParty(account: account))
    default: throw .unsupportedSuite
    }
  }

  /// Does what a command says: 1 introduce yourself; 2 meet, with an introduction; 3 write, with a text; 4 read, with a
  /// message; 5 read the first message: length of the introduction (u16) ‖ introduction ‖ message.
  public func handle(_ command: [UInt8]) throws(CryptoError) -> [UInt8] {
    switch party {
    case .classic(let party): try Self.handle(command, party)
    case .hybrid(let party): try Self.handle(command, party)
    case .hybridLevel5(let party): try Self.handle(command, party)
    }
  }

  private static func handle<Suite: CipherSuite>(
    _ command: [UInt8], _ party: TalkingParty<Suite>
  ) throws(CryptoError) -> [UInt8] {
    guard let verb = command.first else { throw .malformed }
    let rest = Array(command.dropFirst())
    switch verb {
    case 1: return try party.introduction()
    case 2:
      try party.meet(rest)
      return []
    case 3: return try party.write(rest)
    case 4: return try party.read(rest)
    case 5:
      guard rest.count >= 2 else { throw .malformed }
      let end = 2 + Int(rest[0]) << 8 + Int(rest[1])
      guard end <= rest.count else { throw .malformed }
      return try party.read(Array(rest[end...]), from: Array(rest[2..<end]))
    default: throw .malformed
    }
  }
}
