// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Fuzzing

/// What libFuzzer calls; deploy/fuzz compiles it. CONSTRUCT_FUZZ_TARGET names the target; with CONSTRUCT_FUZZ_SEEDS its seeds
/// are written into that folder first.
private let target: FuzzTarget = {
  let environment = ProcessInfo.processInfo.environment
  guard let target = environment["CONSTRUCT_FUZZ_TARGET"].flatMap(FuzzTarget.named) else {
    fatalError("CONSTRUCT_FUZZ_TARGET is one of \(FuzzTarget.all.map(\.name).joined(separator: ", "))")
  }
  if let folder = environment["CONSTRUCT_FUZZ_SEEDS"] {
    do {
      for (number, seed) in try target.seeds().enumerated() {
        try Data(seed).write(to: URL(filePath: folder).appending(path: "seed-\(number)"))
      }
    } catch {
      fatalError("the seeds cannot be written: \(error)")
    }
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
