// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import MessagePack

/// Every bound of the protocol, told to clients in `Welcome` where they can act on it.
public enum WireLimits {
  /// The protocol versions that this code speaks, lowest and highest.
  public static let versions: ClosedRange<UInt64> = 1...1
  /// Bytes of one WebSocket message.
  public static let frameBytes = 262_144
  /// Bytes of one ciphertext (Signal-Server's bound); what is larger travels as an attachment.
  public static let ciphertextBytes = 98_304
  /// Devices of one account (Signal-Server's bound).
  public static let devices = 6
  /// One-time prekeys in one upload and kept for one device (Signal-Server's bound).
  public static let oneTimePreKeys = 100
  /// Requests of one connection that have no answer yet.
  public static let outstandingRequests = 64
  /// Deliveries to one connection that are not acknowledged yet.
  public static let unacknowledgedDeliveries = 256
  /// Ranges in one acknowledgement.
  public static let acknowledgementRanges = 256
  /// Messages that one request to send them again may name.
  public static let resendRequestMessages = 64
  /// How often a message is sent again at most, because it could not be read.
  public static let resends = 2
  /// Bytes of a public key or signature of any suite, hybrid ones too (Ed25519 + ML-DSA-87 has 4,691).
  public static let keyBytes = 8_192
  /// Bytes of a signed device list's payload.
  public static let deviceListBytes = 65_536
  /// Bytes of a token.
  public static let tokenBytes = 2_048
  /// Bytes of any short text: a client's name, an error's description.
  public static let textBytes = 512
  /// Commands or frames in one entry of a Redis stream.
  public static let streamBatch = 1_024

  /// Records nest at most this deep, and no string is longer than a stream entry.
  public static let messagePack = MessagePackLimits(depth: 12, length: 4_194_304, count: 4_096)
}
