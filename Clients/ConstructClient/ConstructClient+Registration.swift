// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import CryptoCore
import Logging
import Wire

extension ConstructClient {
  /// Registers an account with this device as its first, over the servers that were set, and uploads its prekeys.
  ///
  /// If the connection breaks after the request went out, calling it again with the same username finishes the same
  /// registration. Should only the upload of prekeys fail, the account stands, and the next `run` does it.
  ///
  /// - Parameter suite: of the account's keys, one of `ClientSuites.implemented`. The recommended one is hybrid: whoever
  ///   records its conversations today cannot read them with a quantum computer later.
  /// - Returns: who the profile is now.
  /// - Throws: `.registered`, `.usernameLength`, `.usernameCharacter`, `.usernameReserved`, `.usernameTaken`,
  ///   `.challengeTooHard`, `.serverUnreachable`, `.certificateInvalid`, `.refused`, `.addressInvalid` without servers.
  @discardableResult
  public func register(
    username: String, suite: SuiteID = ClientSuites.recommended
  ) async throws(ClientError) -> Identity {
    let name = try Self.username(username)
    guard try await store.read({ try $0.profile(.account, as: StoredAccount.self) }) == nil else {
      throw ClientError(.registered)
    }
    let connection = try await openAnyServer()
    let enrollment = Enrollment(
      connection: connection, store: store, clock: options.clock, logger: options.logger)
    do throws(ClientError) {
      try await enrollment.register(name, suite: suite)
    } catch {
      await connection.close()
      throw error
    }
    await uploadFirstKeys(connection)
    await connection.close()
    guard let identity = try await status().identity else { throw ClientError(.notRegistered) }
    return identity
  }

  private func uploadFirstKeys(_ connection: GatewayConnection) async {
    do throws(ClientError) {
      let login = Login(connection: connection, store: store, clock: options.clock, logger: options.logger)
      _ = try await login.authenticate()
      try await KeyUpkeep(link: makeLink(connection), wake: preKeyUsed).check()
    } catch {
      options.logger.warning("prekeys were not uploaded", metadata: ["reason": "\(error.code.name)"])
    }
  }

  /// The first server of the list that can be connected to; the last one's error otherwise.
  private func openAnyServer() async throws(ClientError) -> GatewayConnection {
    let (endpoints, security) = try await store.read { try $0.servers() }
    var failure = ClientError(.addressInvalid)
    for endpoint in endpoints {
      hub.tell(.connecting(endpoint))
      do throws(ClientError) {
        return try await GatewayConnection.open(
          endpoint, security: security, timeouts: options.timeouts, clientName: options.clientName)
      } catch {
        failure = error
      }
    }
    throw failure
  }

  func makeLink(_ connection: GatewayConnection) -> OnlineLink {
    OnlineLink(connection: connection, store: store, events: hub, clock: options.clock, logger: options.logger)
  }

  /// A username in its normal form. Throws `.usernameLength`, `.usernameCharacter` or `.usernameReserved`.
  public static func normalUsername(_ text: String) throws(ClientError) -> String { try username(text).text }

  static func username(_ text: String) throws(ClientError) -> Username {
    do throws(Username.Problem) { return try Username(text) } catch {
      switch error {
      case .length: throw ClientError(.usernameLength)
      case .character: throw ClientError(.usernameCharacter)
      case .reserved: throw ClientError(.usernameReserved)
      }
    }
  }
}
