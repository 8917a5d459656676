// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Postgres
import Redis
import Wire

/// The mailboxes in PostgreSQL. A batch costs two round trips: one that asks, and one that writes all of it.
///
/// The questions are asked outside of the writing transaction. Their answers stay true until this worker writes,
/// because for a partition only its owner does; that it still is the owner, at the very position it believes, is the
/// first thing that the writing transaction checks.
struct MailboxStore: Sendable {
  let postgres: PostgresPool
  /// This process start, as `partitions.owner` has it.
  let worker: String
  /// How long a message waits for its device.
  let expiryDays: Int
  let limits: SendLimits
}

/// One partition's step in a commit.
struct PartitionAdvance: Sendable, Equatable {
  let partition: Partition
  let epoch: Int64
  let from: RedisStreamID
  let to: RedisStreamID
}

extension Partition {
  var column: Int32 { Int32(number) }
}

extension RedisStreamID {
  var millisecondsColumn: Int64 { Int64(bitPattern: milliseconds) }
  var sequenceColumn: Int64 { Int64(bitPattern: sequence) }
}

extension DeviceID {
  var column: Int32 { Int32(number) }
}

/// Reading of the wire's identifiers from rows.
extension PostgresRow {
  func account(_ column: Int) throws -> AccountID {
    guard let account = AccountID(bytes: try uuid(column)) else { throw DeliveryError.corruptRow }
    return account
  }

  func message(_ column: Int) throws -> MessageID {
    guard let message = MessageID(bytes: try uuid(column)) else { throw DeliveryError.corruptRow }
    return message
  }

  func device(_ column: Int) throws -> DeviceID {
    guard let device = DeviceID(UInt32(bitPattern: try int32(column))) else { throw DeliveryError.corruptRow }
    return device
  }

  /// A count, a sequence or milliseconds: never negative.
  func natural(_ column: Int) throws -> UInt64 {
    guard let number = UInt64(exactly: try int64(column)) else { throw DeliveryError.corruptRow }
    return number
  }
}
