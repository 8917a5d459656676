// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto
import Wire

extension ConstructClient {
  /// Asks the server for somebody by exact username, and makes a contact of them. Needs a connection: waits for it.
  ///
  /// - Throws: `.recipientUnknown`, `.identityChanged`, `.identityInvalid`, `.refused`, `.cancelled`, and what is wrong
  ///   with a username.
  public func find(_ username: String) async throws(ClientError) -> Contact {
    let name = try Self.username(username).text
    let events = self.events
    while true {
      if let link, link.connection.isActive {
        do throws(ClientError) {
          let row = try await link.lookUp(.username(name))
          return try await store.read { try $0.published(row) }
        } catch {
          if error.failure == .accountUnknown { throw ClientError(.recipientUnknown, failure: error.failure) }
          guard error.code == .connectionLost else { throw error }
        }
      }
      try await Self.nextConnection(events)
    }
  }

  private static func nextConnection(_ events: AsyncStream<ClientEvent>) async throws(ClientError) {
    for await event in events {
      if case .connected = event { return }
    }
    throw ClientError(.cancelled)
  }

  /// The safety number with a contact: the same digits on both sides unless somebody stands between them.
  ///
  /// - Throws: `.contactUnknown` for nobody's name, and for somebody whose identity is not known yet: `find` them
  ///   first.
  public func safetyNumber(with name: String) async throws(ClientError) -> ContactSafetyNumber {
    let (number, isVerified) = try await number(with: name)
    return ContactSafetyNumber(groups: number.groups, qrPayload: number.qrPayload, isVerified: isVerified)
  }

  /// Compares what a scanned QR code holds with this device's view of the two identities. If it is the contact's view
  /// of the same, the contact is verified; nothing else changes anything.
  public func compare(scanned payload: [UInt8], with name: String) async throws(ClientError) -> ScannedSafetyNumber {
    let (number, _) = try await number(with: name)
    do throws(CryptoError) {
      guard try number.matches(scanned: payload) else { return .different }
    } catch {
      return error == .unsupportedVersion ? .otherVersion : .unreadable
    }
    try await markVerified(name)
    return .verified
  }

  /// The person has compared the safety number, or takes that back.
  public func markVerified(_ name: String, _ isVerified: Bool = true) async throws(ClientError) {
    let now = options.clock.now()
    try await store.write { transaction in
      guard var contact = try transaction.contact(named: name), contact.record.rootIdentityKey != nil else {
        throw ClientError(.contactUnknown)
      }
      contact.record.verifiedAt = isVerified ? now : nil
      try transaction.update(contact)
    }
  }

  /// The person believes the identity that the server names now, instead of the pinned one. It is not verified then,
  /// and sessions begin anew; messages that failed for it are not sent again by themselves.
  public func acceptChangedIdentity(of name: String) async throws(ClientError) {
    try await store.write { transaction in
      guard var contact = try transaction.contact(named: name) else { throw ClientError(.contactUnknown) }
      guard let changed = contact.record.refusedRootIdentityKey else { return }
      contact.record.rootIdentityKey = changed
      contact.record.refusedRootIdentityKey = nil
      contact.record.verifiedAt = nil
      try transaction.forgetDevices(of: contact.id)
      try transaction.update(contact)
    }
  }

  private func number(with name: String) async throws(ClientError) -> (SafetyNumber<NativeCryptoProvider>, Bool) {
    let (own, other) = try await store.read { transaction in
      _ = try transaction.account()
      guard let other = try transaction.contact(named: name) else { throw ClientError(.contactUnknown) }
      return (try transaction.contact(ContactRow.own), other)
    }
    guard let ownAccount = own.record.account, let account = other.record.account else {
      throw ClientError(.contactUnknown)
    }
    let number: SafetyNumber<NativeCryptoProvider>?
    do throws(CryptoError) {
      if let ownRoot = try own.record.root(), let root = try other.record.root() {
        number = try SafetyNumber(
          localAccount: ownAccount.bytes, localRoot: ownRoot, remoteAccount: account.bytes, remoteRoot: root)
      } else {
        number = nil
      }
    } catch {
      throw ClientError(.cryptography, cause: error)
    }
    guard let number else { throw ClientError(.contactUnknown) }
    return (number, other.record.verifiedAt != nil)
  }
}
