// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A decrypted message and what the caller stores and deletes with it, in one transaction.
public struct DecryptionResult: Equatable, Sendable {
  public let plaintext: [UInt8]
  /// Delete this one-time prekey.
  public let consumedOneTimePreKey: UInt32?
  /// Remember this base key for the sender's device until the signed prekey that it was used with is deleted, so that
  /// the same initial message opens no second session when the record has forgotten the first. Nil if none was opened,
  /// or with a one-time prekey, whose deletion does the same.
  public let baseKeyToRemember: [UInt8]?
  /// Whether the message opened a new session.
  public let startedSession: Bool
}

extension SessionRecord {
  /// The prekeys to load before `decrypt`; nil for messages that need none. Throws what parsing throws.
  public static func preKeys(neededBy message: CiphertextMessage) throws(CryptoError) -> PreKeyReferences? {
    guard message.kind == .preKey, case .preKey(let header) = try ParsedMessage<Suite>(message).form else { return nil }
    return PreKeyReferences(header)
  }

  /// Decrypts a message from `remote`, whose device list has been verified.
  ///
  /// An initial message whose base key is known belongs to the session it opened, archived or not; so a replayed one is
  /// told as `duplicateMessage`, also when it used no one-time prekey; and so is one whose session the record has
  /// forgotten, if the caller remembers the base key. Any other opens a new session, if its prekeys are known: that is
  /// how a device that lost its sessions comes back. Whatever session a message opens in becomes current.
  ///
  /// Throws `malformed`, `unsupportedVersion` (of the sparse header), `unsupportedSuite`, `identityMismatch`,
  /// `unknownSession`, `unknownPreKey`, `duplicateMessage`, `tooFarAhead`, `invalidKey`, `authenticationFailed` or
  /// `malformedPadding`, and then has changed nothing.
  public mutating func decrypt(
    _ message: CiphertextMessage, local: LocalDevice, remote: RemoteDevice,
    preKeys: LocalPreKeys<Suite>, now: UInt64
  ) throws(CryptoError) -> DecryptionResult {
    let parsed = try ParsedMessage<Suite>(message)
    switch parsed.form {
    case .ratchet:
      guard let position = position(where: { parsed.tag.belongs(to: $0.transcript) }) else { throw .unknownSession }
      return try decrypt(parsed, at: position)
    case .preKey(let header):
      return try decrypt(parsed, header, local: local, remote: remote, preKeys: preKeys, now: now)
    }
  }

  private mutating func decrypt(
    _ parsed: ParsedMessage<Suite>, _ header: PreKeyHeader<Suite>, local: LocalDevice, remote: RemoteDevice,
    preKeys: LocalPreKeys<Suite>, now: UInt64
  ) throws(CryptoError) -> DecryptionResult {
    guard constantTimeEqual(header.senderFingerprint, remote.keys.fingerprint(Suite.Provider.self)) else {
      throw .identityMismatch
    }
    if let position = position(where: { $0.role == .responder && $0.baseKey == header.baseKey }) {
      return try decrypt(parsed, at: position)
    }
    guard !preKeys.isBaseKeyUsed else { throw .duplicateMessage }
    var session = try Session(answering: header, local: local, remote: remote, preKeys: preKeys, now: now)
    let plaintext = try session.decrypt(parsed)
    makeCurrent(session)
    dropOldKeys()
    var oneTime: UInt32?
    if case .oneTime(let id) = header.fourth { oneTime = id }
    return DecryptionResult(
      plaintext: plaintext, consumedOneTimePreKey: oneTime,
      baseKeyToRemember: oneTime == nil ? header.baseKey : nil, startedSession: true)
  }

  private enum Position {
    case current
    case archived(Int)
  }

  private func position(where matches: (Session<Suite>) -> Bool) -> Position? {
    if let isCurrent = current.map(matches), isCurrent { return .current }
    if let index = archived.firstIndex(where: matches) { return .archived(index) }
    return nil
  }

  private mutating func decrypt(
    _ message: ParsedMessage<Suite>, at position: Position
  ) throws(CryptoError) -> DecryptionResult {
    let plaintext: [UInt8]
    switch position {
    case .current:
      guard let opened = try current?.decrypt(message) else { throw .unknownSession }
      plaintext = opened
    case .archived(let index):
      var session = archived[index]
      plaintext = try session.decrypt(message)
      promote(session, from: index)
    }
    dropOldKeys()
    return DecryptionResult(
      plaintext: plaintext, consumedOneTimePreKey: nil, baseKeyToRemember: nil, startedSession: false)
  }
}
