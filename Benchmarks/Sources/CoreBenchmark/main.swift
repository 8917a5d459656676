// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CryptoCore
import NativeCrypto

/// Prints sizes and costs as the tables of docs/performance.md, and fails if something costs more than it may.
let primitives = try Primitives()
func row(_ cells: [String]) { print("| " + cells.joined(separator: " | ") + " |") }

func cost(_ measurement: Measurement) -> String {
  let time =
    measurement.nanoseconds < 1_000
    ? "\(Int(measurement.nanoseconds.rounded())) ns" : "\(decimal(measurement.nanoseconds / 1_000)) µs"
  // To the primitives that an operation calls there is a bar.
  let times = measurement.yardstick == "its primitives" ? ", \(hundredths(measurement.times)) ×" : ""
  return "\(time), \(decimal(measurement.allocations))\(times)"
}

func measured<Suite: CipherSuite>(_ suite: Suite.Type, by primitives: Primitives) throws -> [Measurement]
where Suite.Provider == NativeCryptoProvider {
  try SuiteMeasurements<Suite>(primitives: primitives).times() + Fanout.sealedSender(suite, by: primitives)
}

let sizes = try [
  SuiteMeasurements<NativeClassicSuite>(primitives: primitives).sizes(),
  SuiteMeasurements<NativeHybridSuite>(primitives: primitives).sizes(),
  SuiteMeasurements<NativeHybridLevel5Suite>(primitives: primitives).sizes(),
]
row(["bytes", "suite 1", "suite 2", "suite 3"])
row(["---", "---:", "---:", "---:"])
for (index, size) in sizes[0].enumerated() { row([size.name] + sizes.map { "\($0[index].bytes)" }) }
print()

let classic = try measured(NativeClassicSuite.self, by: primitives)
let hybrid = try measured(NativeHybridSuite.self, by: primitives)
let level5 = try measured(NativeHybridLevel5Suite.self, by: primitives)
row(["CPU time, allocations (, times its primitives)", "suite 1", "suite 2", "suite 3"])
row(["---", "---:", "---:", "---:"])
for (index, measurement) in classic.enumerated() {
  row([measurement.name] + [classic, hybrid, level5].map { cost($0[index]) })
}
print()

let groups = try Fanout.senderKeys(by: primitives)
let frames = try Frames.times(by: primitives)
row(["any suite", "CPU time, allocations"])
row(["---", "---:"])
for measurement in try groups + frames + primitives.times() { row([measurement.name, cost(measurement)]) }

let complaints =
  Threshold.complaints(about: classic, Threshold.classic, "suite 1")
  + Threshold.complaints(about: hybrid, Threshold.hybrid, "suite 2")
  + Threshold.complaints(about: level5, Threshold.level5, "suite 3")
  + Threshold.complaints(about: groups, Threshold.groups, "groups")
  + Threshold.complaints(about: frames, Threshold.frames, "MessagePack")
  + Threshold.complaints(aboutStored: sizes)
if !complaints.isEmpty { fail(complaints) }
