// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Fuzzing
import Testing

/// The inputs in `Tests/FuzzCorpus`, with which `./deploy/fuzz` begins. `CONSTRUCT_WRITE_CORPUS=1` writes those anew that are
/// made of real messages; what fuzzing has found is put beside them by hand.
@Suite("Corpus", .serialized)
struct CorpusTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../FuzzCorpus")

  private static func inputs(of target: FuzzTarget) throws -> [String: [UInt8]] {
    let folder = folder.appending(path: target.name)
    var inputs: [String: [UInt8]] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      inputs[name] = [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }
    return inputs
  }

  private static func write(_ seeds: [String: [UInt8]], of target: FuzzTarget) throws {
    let folder = folder.appending(path: target.name)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasPrefix("seed-") {
      try FileManager.default.removeItem(at: folder.appending(path: name))
    }
    for (name, bytes) in seeds { try Data(bytes).write(to: folder.appending(path: name)) }
  }

  @Test("each target has the inputs that real messages give it now", arguments: FuzzTarget.all.map(\.name))
  func seeds(name: String) throws {
    let target = try #require(FuzzTarget.named(name))
    let seeds = Dictionary(uniqueKeysWithValues: try target.seeds().map { ("seed-\($0)", $1) })
    if ProcessInfo.processInfo.environment["CONSTRUCT_WRITE_CORPUS"] == "1" { try Self.write(seeds, of: target) }
    let isWritten = try Self.inputs(of: target).filter { $0.key.hasPrefix("seed-") } == seeds
    #expect(isWritten, "if a format has changed on purpose, CONSTRUCT_WRITE_CORPUS=1 writes them anew")
  }

  @Test("every input is refused or read, and nothing else happens", arguments: FuzzTarget.all.map(\.name))
  func inputs(name: String) throws {
    let target = try #require(FuzzTarget.named(name))
    for (name, input) in try Self.inputs(of: target) {
      #expect(throws: Never.self, "\(name)") { try target.run(input) }
    }
  }

  @Test("the hostile braid begins in each of its eleven states, on both parameter sets")
  func braidStages() {
    #expect(FuzzTarget.braidStages == (11, 11))
  }

  @Test("there is a folder for every target and for nothing else, and all are small")
  func folders() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    #expect(Set(names) == Set(FuzzTarget.all.map(\.name) + ["README.md"]))
    let sizes = try FuzzTarget.all.flatMap { try Self.inputs(of: $0).values.map(\.count) }
    #expect(sizes.reduce(0, +) < 1 << 20)
  }
}
