// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import DeliveryService

/// Every order of what can happen, for a few messages and connections: in each world that can be reached, messages have
/// come in order and none is lost, and from each of them everything comes to a good end.
@Suite("Every order of message, acknowledgement, connection, take-over and time", .timeLimit(.minutes(3)))
struct ExplorationTests {
  private typealias Budget = DeliveryWorld.Budget

  /// Visits all worlds.
  /// - Returns: how many there are, and the first fault that was found with the number of moves that lead to it.
  private static func explore(_ budget: Budget) throws -> (worlds: Int, fault: String?) {
    var visited: Set<DeliveryWorld> = [DeliveryWorld(budget)]
    var frontier = Array(visited)
    var moves = 0
    while !frontier.isEmpty {
      var next: [DeliveryWorld] = []
      for world in frontier {
        if let fault = try world.fault ?? world.finished() { return (visited.count, "\(fault), after \(moves) moves") }
        for successor in world.successors where visited.insert(successor).inserted { next.append(successor) }
      }
      frontier = next
      moves += 1
    }
    return (visited.count, nil)
  }

  @Test(
    "all orders end well",
    arguments: [
      Budget(sends: 4, connects: 1),
      Budget(sends: 3, connects: 2, cuts: 1),
      Budget(sends: 2, connects: 1, takeOvers: 1, timeouts: 1),
      Budget(sends: 2, connects: 2, takeOvers: 1),
      Budget(sends: 3, connects: 1, timeouts: 2),
      Budget(sends: 3, connects: 1, wipes: 1),
      Budget(sends: 2, connects: 2, cuts: 1, takeOvers: 1),
      Budget(sends: 3, connects: 1, timeouts: 1, losses: 1),
      Budget(sends: 2, connects: 1, takeOvers: 1, losses: 2),
      Budget(sends: 2, connects: 2, wipes: 1),
    ])
  private func allOrders(budget: Budget) throws {
    let result = try Self.explore(budget)
    #expect(result.fault == nil)
    #expect(result.worlds > 100)
  }
}
