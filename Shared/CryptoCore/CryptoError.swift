// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Everything that can go wrong in the core. The cases carry nothing, so that no key, id or plaintext can leak through
/// an error; what a caller should do about each stands beside it.
public enum CryptoError: Error, Equatable, Hashable, Sendable {
  // Bytes that are not what they claim to be.

  /// A key, seed or nonce does not have the length its suite prescribes.
  case invalidKeyLength
  /// A requested output is longer than its function can produce (HKDF: 8,160 bytes) or negative.
  case invalidLength
  /// A message, bundle or stored state does not follow its layout to the last byte.
  case malformed
  /// The first byte names a version of the protocol that this implementation does not know.
  case unsupportedVersion
  /// The message belongs to another suite, or the suite has no such algorithm.
  case unsupportedSuite
  /// A decrypted message was not padded the one way `Padding` allows.
  case malformedPadding

  // Keys and signatures.

  /// A public key gave an all-zero shared secret (low order), or a private key cannot be used.
  case invalidKey
  /// A signature does not verify.
  case invalidSignature
  /// The sender's identity in the message is not the one that its device list certifies. Fetch the list anew.
  case identityMismatch
  /// The operating system gave no randomness.
  case randomnessUnavailable

  // Sessions.

  /// No session with this device fits: report it to the sender, who makes a new one.
  case unknownSession
  /// The message names a prekey that this device does not have (any more).
  case unknownPreKey
  /// The message was decrypted before, or its key was dropped at the bound for skipped keys.
  case duplicateMessage
  /// More messages of one chain would have to be jumped than the bound allows.
  case tooFarAhead
  /// The message was not written by the holder of the session's keys, or it was changed on its way.
  case authenticationFailed
  /// Nobody answered this session for 30 days: fetch a bundle and initiate anew.
  case staleSession
  /// A chain has used up its 2^32 - 1 message numbers.
  case chainExhausted
  /// The plaintext exceeds what its kind of message, envelope or file may hold.
  case plaintextTooLarge

  // Sealed sender.

  /// No server certificate with the id that a sender certificate names: fetch the server's.
  case unknownCertificate
  /// A certificate had ended when the message was taken in.
  case certificateExpired
  /// More than 5,000 devices.
  case tooManyRecipients
  /// Devices with hybrid headers and devices with headers of suite 1: seal an envelope for each kind.
  case mixedRecipients

  // Groups.

  /// No sender key with the message's id: ask the sender for its distribution.
  case unknownSenderKey
  /// A device of the group has not been given the sender key: distribute it, then encrypt.
  case senderKeyNotDistributed

  // Streams.

  /// A stream was pushed to, or ended, after its end.
  case streamEnded
}
