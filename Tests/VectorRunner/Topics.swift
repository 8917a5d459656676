// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

extension Topic {
  /// Every topic, in the order in which a file is offered to them.
  package static let all: [Topic] = [
    .x25519,
    .ed25519,
    .chaCha20Poly1305,
    .hkdf,
    .hmac,
    .mlKEM,
    .mlDSA,
    .xWing,
    .hpke,
    .x3dh,
    .pqxdh,
    .doubleRatchet,
    .sparseRatchet,
    .sessions,
    .sealedSender,
    .senderKeys,
    .attachments,
    .backups,
    .safetyNumber,
    .messagePack,
  ]
}
