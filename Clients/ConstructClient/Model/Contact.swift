// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import CryptoCore
public import Wire

/// Somebody this profile exchanges messages with.
public struct Contact: Hashable, Sendable {
  /// What the person is called in this profile, unique in it: the username, or the username and `~` and the beginning
  /// of the account's id when another contact has that username already.
  public let name: String
  /// The username as the server has it; empty until it is known.
  public let username: String
  /// Nil until the server was asked, which it is when the first message goes out.
  public let account: AccountID?
  /// The suite of the conversation: of all the contact's devices', the weakest, as far as this client implements it.
  /// Nil until the devices are known.
  public let suite: SuiteID?
  /// Whether the safety number has been compared and confirmed.
  public let isVerified: Bool
  /// The server names another identity than the pinned one. Nothing is sent until the person decides.
  public let hasChangedIdentity: Bool
}

/// A contact's row, for the inside.
struct ContactRow: Sendable, Equatable {
  let id: Int64
  var record: StoredContact

  /// The profile's own account, which has sessions and a device list like any other.
  static let own: Int64 = 0
}
