// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

public import ServiceLifecycle
public import Wire

/// Answers the requests of a work queue (`StreamName.authQueue` and its like), beside any number of replicas.
///
/// ```swift
/// var server = RequestServer(context: context, queue: StreamName.keysQueue, group: "keys")
/// server.on(FetchBundles.self) { request, origin in try await directory.bundles(request, for: origin.authenticated()) }
/// ```
///
/// Each entry is handled by one replica at a time. The answer, or the ``Failure`` that the handler threw, is appended to
/// the gateway's stream; then the entry is deleted. An entry whose consumer died is claimed by another after five seconds
/// and handled again, so handlers must bear repetition. A request past its deadline is dropped, as nobody waits for it.
/// When Redis has lost its data, the group is made anew; while it or PostgreSQL is away, the server waits.
public struct RequestServer: Service {
  private let context: ServiceContext
  private let queue: String
  private let group: String
  private let concurrency: Int
  private var routes = RequestRoutes()

  /// - Parameters:
  ///   - queue: the key of the stream.
  ///   - group: the consumer group that all replicas share.
  ///   - concurrency: entries that are handled at one time, at least 1.
  public init(context: ServiceContext, queue: String, group: String, concurrency: Int = 32) {
    self.context = context
    self.queue = queue
    self.group = group
    self.concurrency = max(1, concurrency)
  }

  /// Answers frames of one kind. A body that is not the record is answered with `.malformedFrame` before this.
  /// - Parameter handle: throws ``Failure`` for what the client shall see. Errors of PostgreSQL and Redis that pass become
  ///   `.unavailable`; every other error is logged and becomes `.internalError`.
  public mutating func on<Request: FrameBody, Answer: FrameBody>(
    _ request: Request.Type, _ handle: @escaping @Sendable (Request, RequestOrigin) async throws -> Answer
  ) {
    routes.requests[Request.kind.rawValue] = { body, origin in
      let answer = try await handle(Request(encoded: body), origin)
      return RequestRoutes.Answer(kind: Answer.kind.rawValue, body: answer.encoded())
    }
  }

  /// Handles entries whose record stands in another field than requests do, and that want no answer.
  ///
  /// The entry is deleted when the handler returns. When an error of PostgreSQL or Redis that passes stops it, the entry
  /// stays and is handled again after five seconds; after any other error, which is logged, it is deleted.
  /// - Parameter field: the name of the entry's field.
  public mutating func onRecord<Record: WireRecord>(
    field: String, _ record: Record.Type, _ handle: @escaping @Sendable (Record) async throws -> Void
  ) {
    routes.records[field] = { bytes in try await handle(Record(encoded: bytes)) }
  }

  public func run() async throws {
    let consumer = QueueConsumer(context: context, queue: queue, group: group)
    let processor = RequestProcessor(context: context, queue: queue, routes: routes, consumer: consumer)
    try await RequestLoop(context: context, consumer: consumer, processor: processor, concurrency: concurrency).run()
  }
}

/// What is done with the entries of a queue.
struct RequestRoutes: Sendable {
  struct Answer: Sendable {
    let kind: UInt64
    let body: [UInt8]
  }

  /// By the kind of the frame.
  var requests: [UInt64: @Sendable (ArraySlice<UInt8>, RequestOrigin) async throws -> Answer] = [:]
  /// By the name of the entry's field.
  var records: [String: @Sendable ([UInt8]) async throws -> Void] = [:]
}
