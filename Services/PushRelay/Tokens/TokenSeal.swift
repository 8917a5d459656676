// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Wire

/// Seals push tokens for the database: ChaCha20-Poly1305 (RFC 8439) under a key that HKDF-SHA256 (RFC 5869) derives
/// from the relay's secret.
///
/// Layout: version 1, then nonce (12 bytes), ciphertext and tag (16 bytes). The associated data is the row's key, so
/// that a sealed token that is copied to another device's row does not open there.
struct TokenSeal: Sendable {
  /// A sealed token does not open: it is not of this row, or of another secret.
  struct Unreadable: Error {}

  private static let version: UInt8 = 1
  private static let label = "construct push token sealing v1"

  private let key: SymmetricKey

  /// - Parameter secret: 32 bytes.
  init(secret: [UInt8]) {
    key = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: secret), info: Array(Self.label.utf8), outputByteCount: 32)
  }

  func seal(_ token: PushToken, of device: DeviceAddress, _ provider: PushProvider) throws -> [UInt8] {
    let box = try ChaChaPoly.seal(token.bytes, using: key, authenticating: Self.context(device, provider))
    return [Self.version] + [UInt8](box.combined)
  }

  /// - Throws: `Unreadable`.
  func open(_ sealed: [UInt8], of device: DeviceAddress, _ provider: PushProvider) throws(Unreadable) -> PushToken {
    guard sealed.first == Self.version else { throw Unreadable() }
    let opened: [UInt8]
    do {
      let box = try ChaChaPoly.SealedBox(combined: sealed.dropFirst())
      opened = [UInt8](try ChaChaPoly.open(box, using: key, authenticating: Self.context(device, provider)))
    } catch { throw Unreadable() }
    guard let token = PushToken(opened) else { throw Unreadable() }
    return token
  }

  /// Account (16 bytes), device (4 bytes, big-endian), provider (1 byte).
  private static func context(_ device: DeviceAddress, _ provider: PushProvider) -> [UInt8] {
    let number = device.device.number
    let digits = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    return device.account.bytes + digits + [UInt8(truncatingIfNeeded: provider.rawValue)]
  }
}
