// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A ratchet that runs beside the Double Ratchet: it adds bytes to message headers and a key to each message's
/// derivation. It is a value; the session commits the changed copy only after the message has been authenticated.
public protocol SparseRatchet: Sendable {
  /// Bytes of secret that the handshake derives for it.
  static var seedSize: Int { get }
  /// The most bytes it adds to a header; 0 means that headers have no field for it.
  static var headerLimit: Int { get }

  init(isInitiator: Bool, seed: SecretBytes) throws(CryptoError)
  init(serialized: SecretBytes) throws(CryptoError)
  func serialized() -> SecretBytes

  /// What the next message carries, and the salt of its message key (nil: zeros).
  mutating func send() throws(CryptoError) -> SparseStep
  /// The same salt for a received message, which is not authenticated yet.
  mutating func receivingKey(header: [UInt8]) throws(CryptoError) -> SecretBytes?
  /// Takes what the message carried, once it has been authenticated.
  mutating func receive(header: [UInt8]) throws(CryptoError)

  /// How many keys it keeps of messages that were jumped.
  var skippedKeys: Int { get }
  /// Gives up all of them.
  mutating func dropSkippedKeys()
}

/// One message's part of a sparse ratchet.
public struct SparseStep: Sendable {
  public let header: [UInt8]
  public let key: SecretBytes?

  public init(header: [UInt8], key: SecretBytes?) {
    self.header = header
    self.key = key
  }
}

/// No second ratchet: no bytes, no key, no state.
public struct NoSparseRatchet: SparseRatchet {
  public static var seedSize: Int { 0 }
  public static var headerLimit: Int { 0 }

  public init(isInitiator: Bool, seed: SecretBytes) throws(CryptoError) {}

  public init(serialized: SecretBytes) throws(CryptoError) {
    guard serialized.count == 0 else { throw .malformed }
  }

  public func serialized() -> SecretBytes {
    SecretBytes(copying: [])
  }

  public mutating func send() throws(CryptoError) -> SparseStep {
    SparseStep(header: [], key: nil)
  }

  public mutating func receivingKey(header: [UInt8]) throws(CryptoError) -> SecretBytes? {
    guard header.isEmpty else { throw .malformed }
    return nil
  }

  public mutating func receive(header: [UInt8]) throws(CryptoError) {}

  public var skippedKeys: Int { 0 }
  public mutating func dropSkippedKeys() {}
}
