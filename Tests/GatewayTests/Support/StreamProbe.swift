// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Redis
import TestSupport
import Wire

/// Reads a stream as its owner would, and waits for what is to come.
actor StreamProbe {
  private let reader: RedisStreamReader
  private let stream: String
  private var position = RedisStreamID.zero
  private var waiting: [[UInt8]] = []

  init(_ configuration: RedisConfiguration, _ stream: String) {
    reader = RedisStreamReader(configuration)
    self.stream = stream
  }

  /// The next record of the stream.
  func record() async throws -> [UInt8] {
    while waiting.isEmpty {
      let streams = try await reader.read(streams: [(stream, position)], count: 100, blockMilliseconds: 60_000)
      guard let entries = streams.first?.entries, let last = entries.last else {
        throw TestSupportError("nothing came into \(stream)")
      }
      position = last.id
      waiting += entries.compactMap { $0.value(StreamName.field) }
    }
    return waiting.removeFirst()
  }
}

/// Reads the commands of one partition.
actor PartitionProbe {
  private let probe: StreamProbe
  private var waiting: [PartitionCommand] = []
  /// Who wrote the last entry.
  private(set) var gateway = ""

  init(_ configuration: RedisConfiguration, of account: AccountID) {
    probe = StreamProbe(configuration, StreamName.partition(Partition(of: account)))
  }

  func command() async throws -> PartitionCommand {
    while waiting.isEmpty {
      let entry = try PartitionCommands(encoded: await probe.record())
      gateway = entry.gateway
      waiting += entry.commands
    }
    return waiting.removeFirst()
  }

  /// The next command that attaches a device.
  func attach() async throws -> PartitionAttach {
    while true { if let attach = try await command().attach { return attach } }
  }

  /// The next command that detaches a device.
  func detach() async throws -> PartitionDetach {
    while true { if let detach = try await command().detach { return detach } }
  }

  /// The next message.
  func send() async throws -> PartitionSend {
    while true { if let send = try await command().send { return send } }
  }
}
