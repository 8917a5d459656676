// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import ServiceKit
public import ServiceLifecycle
import Wire

/// Prekeys and accounts: answers the requests of the queue `keys`.
public enum KeyDirectoryService {
  /// The parts of one replica, to be run in one group. Any number of replicas may run.
  /// - Throws: `ConfigurationError`
  public static func build(_ context: ServiceContext) async throws -> [any Service] {
    let limits = KeyRateLimits(
      limiter: RateLimiter(redis: context.redis),
      configuration: try KeyDirectoryConfiguration(reader: context.configuration))
    let directory = PostgresAccountDirectory(postgres: context.postgres)
    let preKeys = PreKeyHandler(
      store: PostgresPreKeyStore(postgres: context.postgres), directory: directory, limits: limits)
    let accounts = AccountHandler(directory: directory, limits: limits)
    var server = RequestServer(context: context, queue: StreamName.keysQueue, group: "keys")
    server.on(UploadKeys.self, preKeys.upload)
    server.on(RequestKeyStatus.self, preKeys.status)
    server.on(FetchBundles.self, preKeys.fetch)
    server.on(FindAccount.self, accounts.find)
    return [server]
  }
}
