// swift-tools-version: 6.2
// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let common: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// Code that touches C pointers, or that handles bytes from strangers, spells out every unsafe step.
let strict: [SwiftSetting] = common + [.strictMemorySafety()]

/// The core is generic over its provider: optimised across modules, a message costs a quarter less. The compiler's flag for
/// it counts as unsafe, and a package that has such flags cannot be depended upon by its version; so our scripts ask for it.
let acrossModules: [SwiftSetting] =
  Context.environment["CONSTRUCT_ACROSS_MODULES"] == "1"
  ? [.unsafeFlags(["-cross-module-optimization"], .when(configuration: .release))] : []

/// The subset that Embedded Swift compiles (docs/decisions/0002-one-core.md).
let portable: [SwiftSetting] =
  strict + acrossModules + [.treatWarning("EmbeddedRestrictions", as: .error)]

extension Target.Dependency {
  static let nioCore: Self = .product(name: "NIOCore", package: "swift-nio")
  static let nioPosix: Self = .product(name: "NIOPosix", package: "swift-nio")
  static let nioEmbedded: Self = .product(name: "NIOEmbedded", package: "swift-nio")
  static let nioHTTP1: Self = .product(name: "NIOHTTP1", package: "swift-nio")
  static let nioWebSocket: Self = .product(name: "NIOWebSocket", package: "swift-nio")
  static let nioSSL: Self = .product(name: "NIOSSL", package: "swift-nio-ssl")
  static let hummingbird: Self = .product(name: "Hummingbird", package: "hummingbird")
  static let crypto: Self = .product(name: "Crypto", package: "swift-crypto")
  static let jwt: Self = .product(name: "JWTKit", package: "jwt-kit")
  static let lifecycle: Self = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
  static let unixSignals: Self = .product(name: "UnixSignals", package: "swift-service-lifecycle")
  static let configuration: Self = .product(name: "Configuration", package: "swift-configuration")
  static let logging: Self = .product(name: "Logging", package: "swift-log")
  static let metrics: Self = .product(name: "Metrics", package: "swift-metrics")
  static let coreMetrics: Self = .product(name: "CoreMetrics", package: "swift-metrics")
  static let argumentParser: Self = .product(name: "ArgumentParser", package: "swift-argument-parser")
  static let grdb: Self = .product(name: "GRDB", package: "GRDB.swift")
}

/// A service is a library, which tests boot in process, and an executable that only reads the configuration and runs it.
func service(_ name: String, dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> [Target] {
  [
    .target(
      name: "\(name)Service",
      dependencies: ["ServiceKit", "Wire", "Postgres", "Redis", .lifecycle, .configuration, .logging, .metrics]
        + dependencies,
      path: "Services/\(name)",
      exclude: ["Command"],
      resources: resources,
      swiftSettings: common),
    .executableTarget(
      name: "\(name)Command",
      dependencies: [.byName(name: "\(name)Service"), "ServiceKit"],
      path: "Services/\(name)/Command",
      swiftSettings: common),
    .testTarget(
      name: "\(name)Tests",
      dependencies: [.byName(name: "\(name)Service"), "ServiceKit", "TestSupport"],
      swiftSettings: common),
  ]
}

let package = Package(
  name: "construct",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "auth", targets: ["AuthCommand"]),
    .executable(name: "key-directory", targets: ["KeyDirectoryCommand"]),
    .executable(name: "gateway", targets: ["GatewayCommand"]),
    .executable(name: "delivery", targets: ["DeliveryCommand"]),
    .executable(name: "push-relay", targets: ["PushRelayCommand"]),
    .executable(name: "migrate", targets: ["MigrateCommand"]),
    .executable(name: "construct", targets: ["ConstructCLI"]),
    .executable(name: "construct-vectors", targets: ["VectorCommand"]),
    .executable(name: "construct-load", targets: ["LoadCommand"]),
    .executable(name: "core-self-test", targets: ["CoreSelfTestCommand"]),
    .library(name: "ConstructClient", targets: ["ConstructClient"]),
    .library(name: "ConstructCore", targets: ["CryptoCore", "NativeCrypto", "MessagePack", "Wire"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
  ],
  targets: [
    .systemLibrary(
      name: "CPostgres", path: "Shared/CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    // hiredis' pkg-config file has a flag that SwiftPM refuses, so its module map names the library alone.
    .systemLibrary(name: "CHiredis", path: "Shared/CHiredis", providers: [.apt(["libhiredis-dev"])]),
    .systemLibrary(name: "CSodium", path: "Shared/CSodium", providers: [.apt(["libsodium-dev"])]),

    .target(name: "MessagePack", path: "Shared/MessagePack", swiftSettings: portable),
    .target(name: "Wire", dependencies: ["MessagePack"], path: "Shared/Wire", swiftSettings: portable),
    .target(name: "CryptoCore", path: "Shared/CryptoCore", swiftSettings: portable),
    .target(
      name: "NativeCrypto", dependencies: ["CryptoCore", "CSodium", .crypto], path: "Shared/NativeCrypto",
      swiftSettings: strict),
    .target(name: "BlockingThread", path: "Shared/BlockingThread", swiftSettings: strict),
    .target(
      name: "Postgres", dependencies: ["BlockingThread", "CPostgres"], path: "Shared/Postgres", swiftSettings: strict),
    .target(name: "Redis", dependencies: ["BlockingThread", "CHiredis"], path: "Shared/Redis", swiftSettings: strict),
    .target(
      name: "ServiceKit",
      dependencies: [
        "BlockingThread", "Postgres", "Redis", "Wire", "MessagePack", .hummingbird, .crypto, .jwt, .lifecycle,
        .unixSignals, .configuration, .logging, .metrics, .coreMetrics, .nioCore, .nioPosix,
      ],
      path: "Shared/ServiceKit",
      resources: [
        .embedInCode("Scripts/append-events.lua"),
        .embedInCode("Scripts/forget-consumers.lua"),
        .embedInCode("Scripts/token-bucket.lua"),
      ],
      swiftSettings: common),

    .executableTarget(
      name: "MigrateCommand",
      dependencies: ["ServiceKit", "Postgres", .configuration, .logging],
      path: "Services/Migrate",
      swiftSettings: common),

    .target(
      name: "ConstructClient",
      dependencies: [
        "CryptoCore", "NativeCrypto", "Wire", "MessagePack", .grdb, .nioCore, .nioPosix, .nioHTTP1, .nioWebSocket,
        .nioSSL, .logging,
      ],
      path: "Clients/ConstructClient",
      swiftSettings: common),
    .executableTarget(
      name: "ConstructCLI",
      dependencies: ["ConstructClient", "CryptoCore", "Wire", .argumentParser, .logging],
      path: "Clients/ConstructCLI",
      swiftSettings: common),

    // What tests share: where the test run's PostgreSQL and Redis are, fresh databases, vector files.
    .target(
      name: "TestSupport",
      dependencies: [
        "Postgres", "Redis", "ServiceKit", "Wire", .configuration, .crypto, .lifecycle, .logging, .nioCore, .nioPosix,
      ],
      path: "Tests/TestSupport",
      swiftSettings: common),

    // The native cryptography with given randomness, for known answers and for stages that are always the same.
    .target(
      name: "ScriptedCrypto", dependencies: ["CryptoCore", "NativeCrypto"], path: "Tests/ScriptedCrypto",
      swiftSettings: common),

    // Test vectors, run through our own code: by a test target, and by a command for files from elsewhere.
    .target(
      name: "VectorRunner", dependencies: ["CryptoCore", "NativeCrypto", "MessagePack", "ScriptedCrypto"],
      path: "Tests/VectorRunner", exclude: ["Command"], swiftSettings: common),
    .executableTarget(
      name: "VectorCommand", dependencies: ["VectorRunner", .argumentParser], path: "Tests/VectorRunner/Command",
      swiftSettings: common),
    .testTarget(
      name: "VectorRunnerTests", dependencies: ["VectorRunner", "VectorCommand", .argumentParser],
      swiftSettings: common),

    // A load on a running deployment, for deploy/load.
    .executableTarget(
      name: "LoadCommand",
      dependencies: [
        "ConstructClient", "CryptoCore", "NativeCrypto", "Wire", .argumentParser, .nioCore, .nioPosix, .nioHTTP1,
        .nioWebSocket,
      ],
      path: "Tests/Load", swiftSettings: common),
    .testTarget(name: "LoadTests", dependencies: ["LoadCommand", "Wire", .nioCore], swiftSettings: common),

    // One self-test of the core for every platform: run by CryptoCoreTests here, and by deploy/wasm there.
    .target(
      name: "CoreSelfTest", dependencies: ["CryptoCore", "MessagePack"], path: "Tests/CoreSelfTest",
      exclude: ["Command"],
      swiftSettings: portable),
    .executableTarget(
      name: "CoreSelfTestCommand", dependencies: ["CoreSelfTest", "CryptoCore", "NativeCrypto"],
      path: "Tests/CoreSelfTest/Command", swiftSettings: common),

    // What strangers' bytes come to, for deploy/fuzz and, with fewer inputs, for a test.
    .target(
      name: "Fuzzing", dependencies: ["CryptoCore", "MessagePack", "NativeCrypto", "ScriptedCrypto", "Wire"],
      path: "Tests/Fuzzing", exclude: ["LibFuzzer"], swiftSettings: common),
    .testTarget(name: "FuzzingTests", dependencies: ["Fuzzing"], swiftSettings: common),

    .testTarget(name: "MessagePackTests", dependencies: ["MessagePack"], swiftSettings: common),
    .testTarget(
      name: "WireTests", dependencies: ["Wire", "MessagePack", "CryptoCore"], exclude: ["Golden"],
      swiftSettings: common),
    .testTarget(
      name: "CryptoCoreTests",
      dependencies: ["CoreSelfTest", "CryptoCore", "NativeCrypto", "ScriptedCrypto", "VectorRunner"],
      swiftSettings: common),
    .testTarget(name: "BlockingThreadTests", dependencies: ["BlockingThread"], swiftSettings: common),
    .testTarget(name: "PostgresTests", dependencies: ["Postgres", "TestSupport"], swiftSettings: common),
    .testTarget(name: "RedisTests", dependencies: ["Redis", "TestSupport"], swiftSettings: common),
    .testTarget(
      name: "ServiceKitTests",
      dependencies: [
        "ServiceKit", "TestSupport", "CryptoCore", "Postgres", "Redis", "Wire", .configuration, .crypto, .jwt,
        .lifecycle, .logging, .metrics, .coreMetrics,
      ],
      swiftSettings: common),
    .testTarget(
      name: "ConstructClientTests",
      dependencies: [
        "ConstructCLI", "ConstructClient", "CryptoCore", "MessagePack", "NativeCrypto", "Wire", .argumentParser, .grdb,
        .logging, .nioCore, .nioPosix, .nioEmbedded, .nioHTTP1, .nioWebSocket, .nioSSL,
      ],
      swiftSettings: common),
    .testTarget(
      name: "JourneyTests",
      dependencies: [
        "AuthService", "KeyDirectoryService", "GatewayService", "DeliveryService", "PushRelayService",
        "ConstructClient", "CryptoCore", "LoadCommand", "NativeCrypto", "ServiceKit", "Postgres", "Redis",
        "TestSupport", "Wire", .nioPosix,
      ],
      swiftSettings: common),
  ]
    + service("Auth", dependencies: [.crypto])
    + service("KeyDirectory", dependencies: [.crypto])
    + service(
      "Gateway",
      dependencies: ["MessagePack", .crypto, .nioCore, .nioPosix, .nioHTTP1, .nioWebSocket, .nioSSL])
    + service("Delivery", dependencies: ["MessagePack"])
    + service(
      "PushRelay",
      dependencies: [.crypto],
      resources: [.embedInCode("Scripts/note-wake-ups.lua"), .embedInCode("Scripts/requeue-wake-ups.lua")]),
  swiftLanguageModes: [.v6])
