// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Logging
public import NativeCrypto

/// What an app may set about a client. The defaults are right for most.
public struct ClientOptions: Sendable {
  /// The client's name and version, which the server's operator sees; at most 512 bytes.
  public var clientName: String
  /// How long a connection waits for what.
  public var timeouts: GatewayTimeouts
  /// Argon2id's costs for a new profile.
  public var passwordParameters: PasswordHash.Parameters
  /// Gets what an operator of the app may see: no ids, names, keys, tokens or texts.
  public var logger: Logger
  var clock: ClientClock
  /// Messages that may wait in the outbox.
  var outboxCapacity = MessageLimits.waiting

  /// Without arguments, the defaults; nothing is logged.
  public init(
    clientName: String = "ConstructClient", timeouts: GatewayTimeouts = GatewayTimeouts(),
    passwordParameters: PasswordHash.Parameters = .standard,
    logger: Logger = Logger(label: "construct.client") { _ in SwiftLogNoOpLogHandler() }
  ) {
    self.clientName = clientName
    self.timeouts = timeouts
    self.passwordParameters = passwordParameters
    self.logger = logger
    clock = .system
  }
}
