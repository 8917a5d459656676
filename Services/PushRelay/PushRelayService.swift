// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
public import ServiceKit
public import ServiceLifecycle
import Wire

/// The push relay: keeps where devices can be woken, and wakes them when something waits.
public enum PushRelayService {
  /// - Throws: `ConfigurationError`.
  public static func build(_ context: ServiceContext) async throws -> [any Service] {
    try build(context, PushRelayConfiguration(reader: context.configuration), senders: [])
  }

  /// - Parameter senders: the providers that are configured.
  static func build(
    _ context: ServiceContext, _ configuration: PushRelayConfiguration, senders: [any PushSender]
  ) throws -> [any Service] {
    let store = PushTokenStore(postgres: context.postgres)
    let seal = TokenSeal(secret: configuration.secret)
    let windows = WakeUpWindows(redis: context.redis, length: configuration.collapse)
    let waker = Waker(store: store, seal: seal, windows: windows, senders: senders, logger: context.logger)
    if senders.isEmpty { context.logger.notice("no push provider is configured: devices are not woken") }

    var server = RequestServer(context: context, queue: StreamName.pushQueue, group: "push")
    server.on(RegisterPush.self) { request, origin in
      let device = try origin.authenticated()
      guard let token = PushToken(request.token) else { throw Failure(.malformedFrame) }
      let sealed = try seal.seal(token, of: device, request.provider)
      try await store.put(PushTokenStore.SealedToken(device: device, provider: request.provider, bytes: sealed))
      return Done()
    }
    server.on(RemovePush.self) { request, origin in
      try await store.remove(try origin.authenticated(), request.provider)
      return Done()
    }
    server.onRecord(field: StreamName.wakeUpField, PushRequest.self) { try await waker.wake($0) }
    return [server, WindowCloser(windows: windows, logger: context.logger)]
  }
}
