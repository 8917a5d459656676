// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import CoreSelfTest
import CryptoCore
import NativeCrypto

// What the WebAssembly module shows to JavaScript. Everything that goes in or out is bytes: the host writes its input where
// `allocate` says, and reads the output where `output` says, before the next call.

// WebAssembly has one thread here, and the host calls nothing while a call is under way.
nonisolated(unsafe) private var output: [UInt8] = []
nonisolated(unsafe) private var devices: [TalkingDevice<NativeCryptoProvider>] = []

@_expose(wasm, "allocate") @_cdecl("allocate")
func allocate(_ count: Int) -> UnsafeMutableRawPointer { .allocate(byteCount: max(count, 1), alignment: 8) }

@_expose(wasm, "release") @_cdecl("release")
func release(_ pointer: UnsafeMutableRawPointer) { pointer.deallocate() }

@_expose(wasm, "output") @_cdecl("output_start")
func outputStart() -> UnsafePointer<UInt8>? { output.withUnsafeBufferPointer { $0.baseAddress } }

@_expose(wasm, "outputCount") @_cdecl("output_count")
func outputCount() -> Int { output.count }

/// The number of failures; the output is a report in UTF-8.
@_expose(wasm, "selfTest") @_cdecl("self_test")
func selfTest() -> Int {
  var test = SelfTest<NativeCryptoProvider>()
  test.run()
  var report = ""
  for failure in test.failures { report += "failed: " + failure + "\n" }
  report += "wasm: \(test.passed) passed, \(test.failures.count) failed"
  output = Array(report.utf8)
  return test.failures.count
}

/// The number of a new device, or -1.
@_expose(wasm, "makeDevice") @_cdecl("make_device")
func makeDevice(_ suite: Int, _ account: Int) -> Int {
  do throws(CryptoError) {
    devices.append(
      try TalkingDevice(suite: UInt8(truncatingIfNeeded: suite), account: UInt8(truncatingIfNeeded: account)))
    return devices.count - 1
  } catch { return -1 }
}

/// `TalkingDevice.handle`: 0 with an output, or -1.
@_expose(wasm, "handle") @_cdecl("handle_command")
func handle(_ device: Int, _ start: UnsafePointer<UInt8>, _ count: Int) -> Int {
  guard devices.indices.contains(device) else { return -1 }
  do throws(CryptoError) {
    output = try devices[device].handle(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
  } catch { return -1 }
}
