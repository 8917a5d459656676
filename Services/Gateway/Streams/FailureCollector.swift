// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Wire

/// Gathers failed requests by connection, both in the order in which they are added.
struct FailureCollector {
  private(set) var list: [AppendFailure] = []
  /// The connections that have a failed `Send`.
  private(set) var senders: Set<UInt64> = []
  private var places: [UInt64: Int] = [:]

  mutating func add(_ content: AppendBatch.Content) {
    switch content {
    case .commands(let commands): for case let send? in commands.lazy.map(\.send) { add(send) }
    case .request(let request): add(request.request, of: request.connection)
    }
  }

  mutating func add(_ send: PartitionSend) {
    senders.insert(send.connection)
    add(send.request, of: send.connection)
  }

  private mutating func add(_ request: UInt64, of connection: UInt64) {
    if let place = places[connection] {
      list[place].requests.append(request)
    } else {
      places[connection] = list.count
      list.append(AppendFailure(connection: connection, requests: [request]))
    }
  }
}

extension PartitionCommand {
  /// Somewhat more than the encoding takes.
  var estimatedBytes: Int {
    if let send { return send.body.count + 72 }
    if let acknowledge { return acknowledge.ranges.count * 24 + 48 }
    return 48
  }
}

extension ServiceRequest {
  /// Somewhat more than the encoding takes.
  var estimatedBytes: Int { body.count + 160 }
}
