// swift-tools-version: 6.2
// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// What the core costs. A package of its own, so that nobody builds it who does not measure; `./run` gives it the
/// dependencies that the project has checked out already.
let package = Package(
  name: "benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "construct", path: "..")],
  targets: [
    .target(name: "CAllocations"),
    .executableTarget(
      name: "CoreBenchmark", dependencies: ["CAllocations", .product(name: "ConstructCore", package: "construct")]),
  ],
  swiftLanguageModes: [.v6])
