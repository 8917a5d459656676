// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import PushRelayService
import Redis
import ServiceKit
import Synchronization
import TestSupport
import Wire

@testable import PushRelayService

/// A provider that keeps what it is told and answers as the test wants.
final class RecordingSender: PushSender {
  struct Call: Sendable, Equatable {
    let token: [UInt8]
    let isUrgent: Bool
  }

  let provider: PushProvider
  /// Every wake-up, in order, for one reader.
  let calls: AsyncStream<Call>
  private let record: AsyncStream<Call>.Continuation
  private let answers: Mutex<[Result<PushOutcome, PushError>]>

  /// - Parameter answers: for the first calls; later ones are sent.
  init(_ provider: PushProvider, answers: [Result<PushOutcome, PushError>] = []) {
    self.provider = provider
    self.answers = Mutex(answers)
    (calls, record) = AsyncStream.makeStream()
  }

  func wake(_ token: PushToken, isUrgent: Bool) async throws(PushError) -> PushOutcome {
    let answer = answers.withLock { $0.isEmpty ? .success(.sent) : $0.removeFirst() }
    record.yield(Call(token: token.bytes, isUrgent: isUrgent))
    return try answer.get()
  }

  /// The next wake-up that has not been looked at.
  func next() async -> Call? {
    for await call in calls { return call }
    return nil
  }
}

enum Sample {
  static let account = AccountID(Identifier128(high: 1, low: 2))
  static let phone = DeviceAddress(account: account, device: .first)
  static let tablet = DeviceAddress(account: account, device: DeviceID(2) ?? .first)
  static let token: [UInt8] = Array("a token that nobody else may see".utf8)

  static func wakeUp(_ device: DeviceAddress = phone, isUrgent: Bool = false) -> WakeUp {
    WakeUp(account: device.account, device: device.device, isUrgent: isUrgent)
  }
}

extension TestStack {
  /// Stores an account with devices 1 and 2.
  func addAccount(_ account: AccountID = Sample.account) async throws {
    try await postgres.withConnection { connection in
      _ = try connection.execute(
        """
        INSERT INTO accounts (account, username, skeleton, suite, root_identity_key, device_list_number, device_list,
          device_list_signature, highest_device)
        VALUES ($1, $2, $2, 1, '', 1, '', '', 2)
        """, .uuid(account.bytes), .text(account.raw.uuidString))
      for device in [1, 2] as [Int32] {
        _ = try connection.execute(
          "INSERT INTO devices (account, device, suite, signing_key, agreement_key) VALUES ($1, $2, 1, '', '')",
          .uuid(account.bytes), .int32(device))
      }
    }
  }

  /// All rows of push_tokens: device, provider and what is kept.
  func tokenRows() async throws -> [(device: Int32, provider: Int16, sealed: [UInt8])] {
    try await postgres.withConnection { connection in
      try connection.query("SELECT device, provider, sealed_token FROM push_tokens ORDER BY device, provider")
        .map { (try $0.int32(0), try $0.int16(1), try $0.bytes(2)) }
    }
  }

  func windows(length: Duration = .seconds(60)) -> WakeUpWindows { WakeUpWindows(redis: redis, length: length) }

  /// Lets the time of every window have come.
  func endWindows() async throws {
    let names = try await redis.send(RedisCommand("ZRANGE", "construct:push:windows", 0, -1)).arrayValue
    for name in names {
      try await redis.send(RedisCommand("ZADD", "construct:push:windows", 1, .bytes(try name.bytesValue)))
    }
  }

  /// What stands in the push queue, oldest first.
  func queuedWakeUps() async throws -> [WakeUp] {
    let entries = try RedisStreamEntry.list(
      await redis.send(RedisCommand("XRANGE", .text(StreamName.pushQueue), "-", "+")))
    return try entries.flatMap { entry in
      try PushRequest(encoded: entry.value(StreamName.wakeUpField) ?? []).wakeUps
    }
  }
}
