// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import Wire

/// Who asks, as the gateway knows it from the connection.
public struct RequestOrigin: Sendable {
  /// The gateway that the answer goes to.
  public let gateway: String
  /// The connection at that gateway.
  public let connection: UInt64
  /// The gateway's number of the request. With ``gateway`` and ``connection`` it names the request: one that is delivered
  /// again has the same, and no client can choose them.
  public let request: UInt64
  /// Nil while the connection is not authenticated.
  public let account: AccountID?
  /// Nil while the connection is not authenticated.
  public let device: DeviceID?
  /// A keyed hash of the client's address, at most 32 bytes; nil if the gateway does not know it.
  public let addressHash: [UInt8]?
  /// Milliseconds since the Unix epoch; an answer that is later is dropped.
  public let deadline: UInt64

  public init(
    gateway: String, connection: UInt64, request: UInt64, account: AccountID?, device: DeviceID?,
    addressHash: [UInt8]?, deadline: UInt64
  ) {
    self.gateway = gateway
    self.connection = connection
    self.request = request
    self.account = account
    self.device = device
    self.addressHash = addressHash
    self.deadline = deadline
  }

  init(_ request: ServiceRequest) {
    self.init(
      gateway: request.gateway, connection: request.connection, request: request.request, account: request.account,
      device: request.device, addressHash: request.origin, deadline: request.deadline)
  }

  /// The device of an authenticated connection.
  /// - Throws: ``Failure`` `.notAuthenticated`.
  public func authenticated() throws(Failure) -> DeviceAddress {
    guard let account, let device else { throw Failure(.notAuthenticated) }
    return DeviceAddress(account: account, device: device)
  }
}
