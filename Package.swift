// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

// What reads bytes takes a fifth of the tests' processor time where it is not optimized.
let optimizedSettings = settings + [.unsafeFlags(["-Xfrontend", "-O"])]

// A program exports no symbols: the tables of all of Swift's cost each start 5 MB and a millisecond.
// The linker of the toolchain itself is the one that can leave them out. Where the program is loaded,
// 145,000 of its pointers have to be set: 3.5 MB of memory as a list, 0.03 packed, which Debian 12's
// C library is the first to read.
let programLinking: [LinkerSetting] = [
  .unsafeFlags(
    [
      "-use-ld=lld", "-Xlinker", "--no-export-dynamic",
      "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs",
    ], .when(platforms: [.linux]))
]

// For `--version`: `STATESTORE_COMMIT=$(git rev-parse --short HEAD) swift build`.
let commit = Context.environment["STATESTORE_COMMIT"].flatMap { text in
  let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
  return isPlain && !text.isEmpty ? text : nil
}

let package = Package(
  name: "statestore",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.3.0", traits: []),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.30.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.5.0"),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", from: "2.20.0", traits: []),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.0.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.30.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.8.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
  ],
  targets: [
    .systemLibrary(
      name: "Clibgit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
    .systemLibrary(
      name: "Clibyaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(
      name: "Clibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "Cmbedtls", providers: [.apt(["libmbedtls-dev"])]),
    .systemLibrary(name: "Czlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    .target(
      name: "CBuildInfo",
      cSettings: commit.map { [.define("STATESTORE_COMMIT", to: "\"\($0)\"")] } ?? []),

    .target(
      name: "Git", dependencies: ["Clibgit2", "Digests"], exclude: ["README.md"],
      swiftSettings: optimizedSettings),
    .target(
      name: "Digests", dependencies: ["Cmbedtls"], exclude: ["README.md"],
      swiftSettings: optimizedSettings),
    .target(name: "Support", exclude: ["README.md"], swiftSettings: settings),
    .target(
      name: "Manifests", dependencies: ["Clibyaml"], exclude: ["README.md"],
      swiftSettings: optimizedSettings),
    .target(
      name: "GitTransport",
      dependencies: [
        "Digests", "Git",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      exclude: ["README.md"], swiftSettings: settings),
    .target(
      name: "KubernetesAPI",
      dependencies: [
        "Digests", "GitTransport", "Manifests",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      exclude: ["README.md"], swiftSettings: settings),
    .target(
      name: "Kratix",
      dependencies: ["Czlib", "Digests", "Manifests"],
      exclude: ["README.md"], swiftSettings: settings),
    .target(
      name: "Signing",
      dependencies: [
        "Clibcrypto", "Digests", "Git", "GitTransport",
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      exclude: ["README.md"], swiftSettings: settings),
    .target(
      name: "Landing",
      dependencies: [
        "Digests", "Git", "GitTransport", "Kratix", "Manifests", "Signing", "Support",
        .product(name: "Logging", package: "swift-log"),
      ],
      exclude: ["README.md"], swiftSettings: settings),
    .target(
      name: "Verification",
      dependencies: ["Git", "Kratix", "Landing", "Manifests", "Signing", "Support"],
      exclude: ["README.md"], swiftSettings: settings),
    .target(
      name: "Web",
      dependencies: [
        "Digests", "Kratix", "Manifests",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Mustache", package: "swift-mustache"),
      ],
      exclude: ["README.md"], swiftSettings: settings),
    .target(
      name: "Service",
      dependencies: [
        "Digests", "Git", "GitTransport", "Kratix", "Landing", "Manifests", "Support",
        "Verification", "Web",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      exclude: ["README.md"], swiftSettings: settings),
    .target(
      name: "Application",
      dependencies: [
        "CBuildInfo", "Git", "GitTransport", "Kratix", "KubernetesAPI", "Landing", "Manifests",
        "Signing", "Support", "Verification",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      exclude: ["README.md"], swiftSettings: settings),
    .target(
      name: "Watcher",
      dependencies: [
        "Application", "Digests", "Git", "Kratix", "KubernetesAPI", "Landing", "Manifests",
        "Support", "Verification", "Web",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ],
      exclude: ["README.md"], swiftSettings: settings),
    .executableTarget(
      name: "statestore",
      dependencies: [
        "Application", "Git", "Kratix", "KubernetesAPI", "Landing", "Manifests", "Service",
        "Support", "Verification", "Watcher", "Web",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      exclude: ["README.md"], swiftSettings: settings, linkerSettings: programLinking),
    .executableTarget(
      name: "BenchmarkClient",
      dependencies: [
        "GitTransport", "Kratix", "Landing",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings, linkerSettings: programLinking),

    .target(
      name: "TestSupport",
      dependencies: [
        "Git", "Manifests",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      path: "Tests/TestSupport", swiftSettings: settings),
    .testTarget(name: "GitTests", dependencies: ["Git", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "DigestsTests", dependencies: ["Digests"], swiftSettings: settings),
    .testTarget(name: "ManifestsTests", dependencies: ["Manifests"], swiftSettings: settings),
    .testTarget(
      name: "KratixTests", dependencies: ["Kratix", "Manifests", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "GitTransportTests",
      dependencies: [
        "Git", "GitTransport", "TestSupport", .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "KubernetesAPITests",
      dependencies: [
        "GitTransport", "KubernetesAPI", "Manifests", "TestSupport",
        .product(name: "InMemoryLogging", package: "swift-log"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "WatcherTests",
      dependencies: [
        "Application", "Kratix", "KubernetesAPI", "Landing", "Manifests", "TestSupport",
        "Verification", "Watcher", .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "SigningTests",
      dependencies: [
        "Git", "GitTransport", "Signing", "TestSupport",
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "LandingTests",
      dependencies: [
        "Git", "GitTransport", "Kratix", "Landing", "Manifests", "Signing", "TestSupport",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "VerificationTests",
      dependencies: [
        "Git", "Kratix", "Landing", "Manifests", "Signing", "TestSupport", "Verification",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ServiceTests",
      dependencies: [
        "Digests", "Git", "GitTransport", "Kratix", "Landing", "Manifests", "Service",
        "TestSupport", "Verification", "Web",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ApplicationTests",
      dependencies: [
        "Application", "Git", "Kratix", "Landing", "Manifests", "TestSupport", "Verification",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "Manifests", "TestSupport", "statestore",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: settings),
  ]
)

// Only scripts/fuzz builds it: libFuzzer brings its own main.
if Context.environment["STATESTORE_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "Fuzz", dependencies: ["GitTransport", "Kratix", "Manifests", "Verification"],
      path: "Tests/Fuzz"))
}
