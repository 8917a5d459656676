// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Metrics
import Redis
import Wire

/// Handles one entry of a queue after the other's fashion: decides, runs the handler, and hands the answer on.
struct RequestProcessor: Sendable {
  private let context: ServiceContext
  private let queue: String
  private let routes: RequestRoutes
  private let consumer: QueueConsumer
  private let answers: AnswerWriter

  init(context: ServiceContext, queue: String, routes: RequestRoutes, consumer: QueueConsumer) {
    self.context = context
    self.queue = queue
    self.routes = routes
    self.consumer = consumer
    answers = AnswerWriter(context: context, consumer: consumer)
  }

  func process(_ entry: RedisStreamEntry) async {
    if let bytes = entry.value(StreamName.field) {
      await request(bytes, entry.id)
    } else if let (field, bytes) = record(in: entry), let handle = routes.records[field] {
      await record(bytes, entry.id, handle)
    } else {
      // An entry that was deleted while it was pending has no fields at all.
      if !entry.fields.isEmpty { refuse("the entry has no field that is known here") }
      await answers.drop(entry.id)
    }
  }

  private func record(in entry: RedisStreamEntry) -> (String, [UInt8])? {
    for field in routes.records.keys {
      if let bytes = entry.value(field) { return (field, bytes) }
    }
    return nil
  }

  private func request(_ bytes: [UInt8], _ id: RedisStreamID) async {
    let request: ServiceRequest
    do { request = try ServiceRequest(encoded: bytes) } catch {
      refuse("the entry is no request: \(error)")
      return await answers.drop(id)
    }
    guard !isLate(request) else {
      count(request, "late")
      return await answers.drop(id)
    }
    let start = ContinuousClock.now
    guard let frame = await answer(to: request) else { return consumer.release([id]) }
    Timer(label: "construct_request_duration", dimensions: [("service", context.name), ("kind", kindName(request))])
      .record(duration: start.duration(to: .now))
    guard !isLate(request) else {
      count(request, "late")
      return await answers.drop(id)
    }
    await answers.write(frame, to: request.gateway, deadline: request.deadline, entry: id)
  }

  /// Nil when the process is being ended and somebody else shall answer.
  private func answer(to request: ServiceRequest) async -> OutboundFrame? {
    guard let handle = routes.requests[request.kind] else { return failed(request, Failure(.unknownFrame)) }
    do {
      let answer = try await handle(request.body, RequestOrigin(request))
      count(request, "answered")
      return OutboundFrame(
        connection: request.connection, request: request.request, kind: answer.kind, body: answer.body[...])
    } catch is CancellationError {
      return nil
    } catch {
      if let failure = RequestFailure.expected(error) {
        if failure.code == .unavailable {
          context.logger.warning(
            "a request was stopped", metadata: ["error": "\(error)", "kind": "\(kindName(request))"])
        }
        return failed(request, failure)
      }
      context.logger.error("a request failed", metadata: ["error": "\(error)", "kind": "\(kindName(request))"])
      return failed(request, Failure(.internalError))
    }
  }

  private func record(
    _ bytes: [UInt8], _ id: RedisStreamID, _ handle: @Sendable ([UInt8]) async throws -> Void
  ) async {
    do {
      try await handle(bytes)
    } catch is CancellationError {
      return consumer.release([id])
    } catch {
      if RequestFailure.expected(error)?.code == .unavailable {
        context.logger.warning("an entry waits for another attempt", metadata: ["error": "\(error)"])
        return consumer.release([id])
      }
      refuse("an entry failed: \(error)")
    }
    await answers.drop(id)
  }

  private func isLate(_ request: ServiceRequest) -> Bool {
    context.clock.milliseconds() >= request.deadline
  }

  private func failed(_ request: ServiceRequest, _ failure: Failure) -> OutboundFrame {
    count(request, failure.code.name)
    return OutboundFrame(
      connection: request.connection, request: request.request, kind: FrameKind.failure.rawValue,
      body: failure.encoded()[...])
  }

  private func refuse(_ reason: String) {
    context.logger.error("an entry of the queue was refused", metadata: ["queue": "\(queue)", "reason": "\(reason)"])
    Counter(label: "construct_queue_refused", dimensions: [("service", context.name)]).increment()
  }

  private func kindName(_ request: ServiceRequest) -> String {
    FrameKind(rawValue: request.kind).map { "\($0)" } ?? "unknown"
  }

  private func count(_ request: ServiceRequest, _ outcome: String) {
    Counter(
      label: "construct_requests",
      dimensions: [("service", context.name), ("kind", kindName(request)), ("outcome", outcome)]
    ).increment()
  }
}
