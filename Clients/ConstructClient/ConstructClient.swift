// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Wire

/// One device of one account: its store, its sessions, and its connection to the server.
///
/// ```swift
/// let client = try await ConstructClient.open(ProfileDirectory(path: path), key: .keyFile(keyPath))
/// let events = client.events
/// try await client.whileConnected {
///   try await client.send("Hello", to: "bob")
///   for await case .received(let message) in events { print(message.contact, message.text ?? "") }
/// }
/// ```
///
/// Everything is durable when the call that did it returns: a text that was handed to `send` is sent, once, as soon as
/// there is a connection, in this process or a later one. All methods may be called from any task.
public actor ConstructClient {
  /// Where the profile lives.
  public nonisolated let directory: ProfileDirectory
  nonisolated let store: LocalStore
  nonisolated let options: ClientOptions
  nonisolated let hub = EventHub()
  /// Signalled when something was put into the outbox.
  nonisolated let outboxChanged = WakeSignal()
  /// Somebody waits for a connection: the next attempt need not wait for its time.
  nonisolated let connectionWanted = WakeSignal()
  nonisolated let preKeyUsed = WakeSignal()
  var isRunning = false
  var link: OnlineLink?
  /// When the current connection was authenticated; milliseconds since the Unix epoch.
  var connectedSince: UInt64?

  private init(store: LocalStore, options: ClientOptions) {
    self.store = store
    self.options = options
    directory = store.directory
  }

  /// Makes a new profile, without an account yet.
  ///
  /// Throws `.profileExists`, `.profileInUse`, `.passphraseTooShort`, `.keyFileInvalid` or `.storeFailed`. With a
  /// passphrase it takes as long as Argon2id does, on a thread of the global pool.
  @concurrent
  public static func create(
    _ directory: ProfileDirectory, key: ProfileKey, options: ClientOptions = ClientOptions()
  ) async throws(ClientError) -> ConstructClient {
    let store = try LocalStore.create(directory, key: key, parameters: options.passwordParameters)
    return ConstructClient(store: store, options: options)
  }

  /// Opens a profile.
  ///
  /// Throws `.profileMissing`, `.profileInUse`, `.wrongKey`, `.keyFileInvalid`, `.storeDamaged`, `.storeTooNew` or
  /// `.storeFailed`.
  @concurrent
  public static func open(
    _ directory: ProfileDirectory, key: ProfileKey, options: ClientOptions = ClientOptions()
  ) async throws(ClientError) -> ConstructClient {
    ConstructClient(store: try LocalStore.open(directory, key: key), options: options)
  }

  /// Closes the store, so that another process may open the profile. Later calls throw `.storeFailed`.
  public func close() throws(ClientError) {
    try store.close()
  }

  /// What happens from now on. Each use is a subscription of its own, which holds up to 1,024 events for a slow reader
  /// and then tells it how many it missed.
  public nonisolated var events: AsyncStream<ClientEvent> { hub.subscribe() }

  /// Where to connect: at least one address, tried in turn. Replaces what was set before.
  ///
  /// - Parameter authorityFile: a PEM file with the only authorities to believe; the system's if nil.
  public func setServers(_ servers: [GatewayEndpoint], authorityFile: String? = nil) async throws(ClientError) {
    guard !servers.isEmpty, servers.count <= 32 else { throw ClientError(.addressInvalid) }
    let record = StoredServers(addresses: servers.map(\.description), authorityFile: authorityFile)
    try await store.write { try $0.setProfile(.servers, record) }
  }

  /// The same, after asking each of them whether it is a gateway of the account's server.
  ///
  /// - Throws: `.wrongServer`, `.serverUnreachable`, `.certificateInvalid` and what else keeps a connection from coming
  ///   about; the gateways of before stay then. `.notRegistered`, `.addressInvalid`.
  public func moveServers(_ servers: [GatewayEndpoint], authorityFile: String? = nil) async throws(ClientError) {
    let domain = try await store.read { try $0.account() }.domain
    let security = authorityFile.map { TransportSecurity.authorityFile($0) } ?? .systemAuthorities
    for server in servers {
      let connection = try await GatewayConnection.open(
        server, security: security, timeouts: options.timeouts, clientName: options.clientName)
      let isOurs = connection.welcome.domain == domain
      await connection.close()
      guard isOurs else { throw ClientError(.wrongServer) }
    }
    try await setServers(servers, authorityFile: authorityFile)
  }

  /// How things stand.
  public func status() async throws(ClientError) -> ClientStatus {
    let connectedTo = link.flatMap { $0.connection.isActive ? $0.connection.endpoint : nil }
    return try await store.read { transaction in
      let account = try transaction.profile(.account, as: StoredAccount.self)
      return ClientStatus(
        identity: try account.map {
          Identity(
            account: $0.account, device: $0.device, username: $0.username, domain: $0.domain, suite: try $0.suiteID())
        },
        servers: try transaction.servers().endpoints, connectedTo: connectedTo,
        waiting: try transaction.waitingCount(), unread: try transaction.unreadCount(),
        contacts: try transaction.contacts().count)
    }
  }
}

extension StoreTransaction {
  /// The gateways of this profile and whom to believe; empty before any was set.
  func servers() throws -> (endpoints: [GatewayEndpoint], security: TransportSecurity) {
    guard let servers = try profile(.servers, as: StoredServers.self) else { return ([], .systemAuthorities) }
    return (
      try servers.addresses.map { try GatewayEndpoint($0) },
      servers.authorityFile.map { .authorityFile($0) } ?? .systemAuthorities
    )
  }
}
