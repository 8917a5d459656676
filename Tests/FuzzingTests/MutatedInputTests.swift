// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Fuzzing
import Testing

@Suite("Mutated inputs")
struct MutatedInputTests {
  @Test("what strangers send is refused or read, and nothing else happens", arguments: FuzzTarget.all.map(\.name))
  func targets(name: String) throws {
    let target = try #require(FuzzTarget.named(name))
    let seeds = try target.seeds().sorted { $0.key < $1.key }.map(\.value)
    #expect(!seeds.isEmpty)
    for seed in seeds { try target.run(seed) }
    var inputs = Mutations(of: seeds, seed: 7)
    for number in 0..<1_500 {
      let input = inputs.next()
      #expect(throws: Never.self, "input \(number): \(input)") { try target.run(input) }
    }
  }
}
