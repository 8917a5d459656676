// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A server process whose use of the machine is measured, with all its child processes if it has any (PostgreSQL).
struct MeasuredProcess: Sendable {
  let name: String
  let pid: Int32

  /// Reads `name=pid`; nil if it is nothing like that.
  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let pid = Int32(parts[1]), pid > 0 else { return nil }
    name = String(parts[0])
    self.pid = pid
  }
}

/// What processes have used so far, from /proc (proc(5)).
struct ProcessUsage: Sendable {
  /// Processor time, in microseconds, summed over processes of the same name.
  private(set) var cpuMicroseconds: [String: Double] = [:]
  /// Resident memory without what other processes share, in KiB.
  private(set) var memoryKiB: [String: Double] = [:]

  init(of processes: [MeasuredProcess]) {
    let all = Self.allProcesses()
    let tick = 1_000_000 / Double(sysconf(Int32(_SC_CLK_TCK)))
    for process in processes {
      guard let own = all[process.pid] else { continue }
      // What its ended children have used is in its own account.
      var ticks = own.ticks + own.endedChildrenTicks
      var memory = Self.privateMemoryKiB(process.pid)
      for (pid, child) in all where child.parent == process.pid {
        ticks += child.ticks
        memory += Self.privateMemoryKiB(pid)
      }
      cpuMicroseconds[process.name, default: 0] += Double(ticks) * tick
      memoryKiB[process.name, default: 0] += memory
    }
  }

  /// By how much the memory of a process has grown, in KiB.
  func growth(of name: String, since before: ProcessUsage) -> Double {
    (memoryKiB[name] ?? 0) - (before.memoryKiB[name] ?? 0)
  }

  private struct Entry {
    let parent: Int32
    let ticks: UInt64
    let endedChildrenTicks: UInt64
  }

  private static func allProcesses() -> [Int32: Entry] {
    var entries: [Int32: Entry] = [:]
    for name in processNames() {
      guard let pid = Int32(name), let stat = text(of: "/proc/\(name)/stat") else {
        continue
      }
      // The name in brackets may hold anything, so fields are counted from its end.
      guard let end = stat.lastIndex(of: ")") else { continue }
      let fields = stat[stat.index(after: end)...].split(separator: " ")
      guard fields.count > 14, let parent = Int32(fields[1]) else { continue }
      let numbers = fields[11...14].compactMap { UInt64($0) }
      guard numbers.count == 4 else { continue }
      entries[pid] = Entry(
        parent: parent, ticks: numbers[0] + numbers[1], endedChildrenTicks: numbers[2] + numbers[3])
    }
    return entries
  }

  private static func privateMemoryKiB(_ pid: Int32) -> Double {
    guard let status = text(of: "/proc/\(pid)/status") else { return 0 }
    for line in status.split(separator: "\n") where line.hasPrefix("RssAnon:") {
      return line.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
    }
    return 0
  }

  private static func processNames() -> [String] {
    do { return try FileManager.default.contentsOfDirectory(atPath: "/proc") } catch { return [] }
  }

  /// Nil for a process that has ended meanwhile.
  private static func text(of file: String) -> String? {
    do { return try String(contentsOfFile: file, encoding: .utf8) } catch { return nil }
  }
}
