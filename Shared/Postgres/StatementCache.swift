// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The statements that one connection has prepared.
///
/// A text is known by its address, since it is a literal of the program, and by its parameters' types. Statements
/// beyond the bound are not prepared and stay correct.
final class StatementCache {
  enum Lookup {
    case prepared(name: String)
    case unknown(name: String)
    /// There is no room, or the text has no address.
    case uncachable
  }

  private struct Entry {
    let types: [UInt32]
    let name: String
  }

  static let capacity = 512
  private var entries: [UInt: [Entry]] = [:]
  private var count = 0
  private var nextNumber = 0

  /// - Parameter types: 0 stands for a NULL, which fits any type that was prepared.
  func look(up sql: StaticString, types: [UInt32]) -> Lookup {
    guard let address = Self.address(of: sql) else { return .uncachable }
    if let entry = entries[address]?.first(where: { Self.fits(types, $0.types) }) {
      return .prepared(name: entry.name)
    }
    guard count < Self.capacity else { return .uncachable }
    nextNumber += 1
    return .unknown(name: "s\(nextNumber)")
  }

  func insert(_ sql: StaticString, types: [UInt32], name: String) {
    guard let address = Self.address(of: sql) else { return }
    entries[address, default: []].append(Entry(types: types, name: name))
    count += 1
  }

  /// Forgets a text whose prepared form the server no longer accepts.
  func forget(_ sql: StaticString) {
    guard let address = Self.address(of: sql) else { return }
    count -= entries.removeValue(forKey: address)?.count ?? 0
  }

  private static func fits(_ types: [UInt32], _ prepared: [UInt32]) -> Bool {
    types.count == prepared.count && zip(types, prepared).allSatisfy { $0 == 0 || $0 == $1 }
  }

  private static func address(of sql: StaticString) -> UInt? {
    sql.hasPointerRepresentation ? unsafe UInt(bitPattern: sql.utf8Start) : nil
  }
}
