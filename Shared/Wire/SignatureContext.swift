// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The bytes that a signature covers: a label that no other signature has, a zero byte, and what is signed.
///
/// `CryptoCore` has the same layouts for the client's side; a test holds the two against each other.
public enum SignatureContext {
  /// A device list, signed by the root identity key: the payload is the canonical encoding of `DeviceList`.
  public static func deviceList(payload: [UInt8]) -> [UInt8] {
    labelled("Construct device list v1", payload)
  }

  /// A login, signed by the device signing key: the payload is the canonical encoding of `LoginStatement`.
  public static func login(payload: [UInt8]) -> [UInt8] {
    labelled("Construct login v1", payload)
  }

  /// What a prekey is for.
  public enum PreKeyKind: UInt8, Sendable {
    case signed = 1
    case lastResort = 2
    /// Signed in suites with a KEM only.
    case oneTime = 3
  }

  /// A prekey, signed by the device signing key: suite (1 byte), kind (1), id (4, big-endian), public key.
  public static func preKey(suite: UInt8, kind: PreKeyKind, id: UInt32, publicKey: [UInt8]) -> [UInt8] {
    var payload: [UInt8] = [suite, kind.rawValue]
    for shift in [24, 16, 8, 0] as [UInt32] { payload.append(UInt8(truncatingIfNeeded: id >> shift)) }
    return labelled("Construct prekey v1", payload + publicKey)
  }

  private static func labelled(_ label: String, _ payload: [UInt8]) -> [UInt8] {
    Array(label.utf8) + [0] + payload
  }
}
