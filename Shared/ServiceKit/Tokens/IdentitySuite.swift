// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Crypto

/// What a server checks of a suite's keys and signatures (docs/protocol.md, section 2): Ed25519 and X25519, and in
/// hybrid suites ML-DSA and ML-KEM behind them, joined with the classic part first. Sizes are in bytes.
struct IdentitySuite: Sendable {
  /// The classic parts, which begin every key and signature.
  static let classicKeyBytes = 32
  static let classicSignatureBytes = 64

  /// The post-quantum half of a suite.
  struct PostQuantum: Sendable {
    let signatureKeyBytes: Int
    let signatureBytes: Int
    let encapsulationKeyBytes: Int
    let isValidSignature:
      @Sendable (_ signature: ArraySlice<UInt8>, _ message: [UInt8], _ key: ArraySlice<UInt8>) -> Bool
    /// The check of FIPS 203, section 7.2, for a key of the right length.
    let isEncapsulationKey: @Sendable (ArraySlice<UInt8>) -> Bool
  }

  /// Nil in suite 1.
  let postQuantum: PostQuantum?

  var signatureKeyBytes: Int { Self.classicKeyBytes + (postQuantum?.signatureKeyBytes ?? 0) }
  var signatureBytes: Int { Self.classicSignatureBytes + (postQuantum?.signatureBytes ?? 0) }
  var agreementKeyBytes: Int { Self.classicKeyBytes + (postQuantum?.encapsulationKeyBytes ?? 0) }

  /// The suites that the server knows, by number.
  static let known: [UInt64: IdentitySuite] = [1: classic, 2: hybrid, 3: hybridLevel5]

  /// X25519, Ed25519.
  private static let classic = IdentitySuite(postQuantum: nil)

  /// With ML-KEM-768 (FIPS 203) and ML-DSA-65 (FIPS 204).
  private static let hybrid = IdentitySuite(
    postQuantum: PostQuantum(
      signatureKeyBytes: 1_952, signatureBytes: 3_309, encapsulationKeyBytes: 1_184,
      isValidSignature: { signature, message, key in
        do {
          return try MLDSA65.PublicKey(rawRepresentation: key).isValidSignature(signature, for: message)
        } catch {
          return false
        }
      },
      isEncapsulationKey: { key in
        do {
          _ = try MLKEM768.PublicKey(rawRepresentation: key)
          return true
        } catch {
          return false
        }
      }))

  /// With ML-KEM-1024 and ML-DSA-87.
  private static let hybridLevel5 = IdentitySuite(
    postQuantum: PostQuantum(
      signatureKeyBytes: 2_592, signatureBytes: 4_627, encapsulationKeyBytes: 1_568,
      isValidSignature: { signature, message, key in
        do {
          return try MLDSA87.PublicKey(rawRepresentation: key).isValidSignature(signature, for: message)
        } catch {
          return false
        }
      },
      isEncapsulationKey: { key in
        do {
          _ = try MLKEM1024.PublicKey(rawRepresentation: key)
          return true
        } catch {
          return false
        }
      }))
}
