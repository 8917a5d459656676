// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Fuzzing

/// What libFuzzer calls; deploy/fuzz compiles it. CONSTRUCT_FUZZ_TARGET names the target.
private let target: FuzzTarget = {
  guard let target = ProcessInfo.processInfo.environment["CONSTRUCT_FUZZ_TARGET"].flatMap(FuzzTarget.named) else {
    fatalError("CONSTRUCT_FUZZ_TARGET is one of \(FuzzTarget.all.map(\.name).joined(separator: ", "))")
  }
  return target
}()

@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
  _ = target
  return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    try target.run(Array(UnsafeBufferPointer(start: start, count: count)))
  } catch {
    fatalError("\(target.name): \(error)")
  }
  return 0
}
