// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import Wire

/// What goes to Redis in one pipeline: at most one entry for each partition, so that no entry can follow one that failed.
struct AppendBatch: Sendable {
  enum Content: Sendable {
    case commands([PartitionCommand])
    case request(ServiceRequest)
  }

  struct Entry: Sendable {
    let target: StreamTarget
    let content: Content
  }

  var entries: [Entry] = []
  /// Streams whose length is asked for behind the entries.
  var probes: [StreamTarget] = []

  var isEmpty: Bool { entries.isEmpty && probes.isEmpty }

  /// One XADD for each entry, one XLEN for each probe.
  func commands(gateway: String) -> [RedisCommand] {
    var commands: [RedisCommand] = []
    commands.reserveCapacity(entries.count + probes.count)
    for entry in entries {
      let record: [UInt8] =
        switch entry.content {
        case .commands(let list): PartitionCommands(gateway: gateway, commands: list).encoded()
        case .request(let request): request.encoded()
        }
      commands.append(RedisCommand("XADD", .text(entry.target.name), "*", .text(StreamName.field), .bytes(record)))
    }
    for probe in probes { commands.append(RedisCommand("XLEN", .text(probe.name))) }
    return commands
  }
}

/// Requests of one connection, by their serials, that were not appended, or perhaps were: their clients are told.
struct AppendFailure: Equatable, Sendable {
  let connection: UInt64
  var requests: [UInt64]
}

extension AppendBatch {
  /// Commands and requests in all entries.
  var commandCount: Int {
    entries.reduce(0) { sum, entry in
      if case .commands(let commands) = entry.content { sum + commands.count } else { sum + 1 }
    }
  }
}
