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
  return "\(time), \(decimal(measurement.allocations))"
}

func measured<Suite: CipherSuite>(_ suite: Suite.Type) throws -> [Measurement]
where Suite.Provider == NativeCryptoProvider {
  try SuiteMeasurements<Suite>().times() + Fanout.sealedSender(suite)
}

let sizes = try [
  SuiteMeasurements<NativeClassicSuite>().sizes(), SuiteMeasurements<NativeHybridSuite>().sizes(),
  SuiteMeasurements<NativeHybridLevel5Suite>().sizes(),
]
row(["bytes", "suite 1", "suite 2", "suite 3"])
row(["---", "---:", "---:", "---:"])
for (index, size) in sizes[0].enumerated() { row([size.name] + sizes.map { "\($0[index].bytes)" }) }
print()

let classic = try measured(NativeClassicSuite.self)
let hybrid = try measured(NativeHybridSuite.self)
let level5 = try measured(NativeHybridLevel5Suite.self)
row(["CPU time, allocations", "suite 1", "suite 2", "suite 3"])
row(["---", "---:", "---:", "---:"])
for (index, measurement) in classic.enumerated() {
  row([measurement.name] + [classic, hybrid, level5].map { cost($0[index]) })
}
print()

let groups = try Fanout.senderKeys()
let frames = try Frames.times()
row(["any suite", "CPU time, allocations"])
row(["---", "---:"])
for measurement in groups + frames + primitives.times { row([measurement.name, cost(measurement)]) }
row(["the bare primitives of a message in a chain", "\(decimal(primitives.chainMessage / 1_000)) µs"])
row(["the same in suites 2 and 3", "\(decimal(primitives.hybridChainMessage / 1_000)) µs"])
row(["the bare primitives of a message in ping-pong", "\(decimal(primitives.pingPong / 1_000)) µs"])

let complaints =
  Threshold.complaints(about: classic, Threshold.classic, "suite 1", primitives)
  + Threshold.complaints(about: hybrid, Threshold.hybrid, "suite 2", primitives)
  + Threshold.complaints(about: groups, Threshold.groups, "groups", primitives)
  + Threshold.complaints(about: frames, Threshold.frames, "MessagePack", primitives)
if !complaints.isEmpty { fail(complaints) }
