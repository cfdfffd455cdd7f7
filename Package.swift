// swift-tools-version: 6.2
import PackageDescription

// What every target of our own is compiled with (docs/decisions/0001-the-house.md).
let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableExperimentalFeature("Lifetimes"),
]
// What is part of the program: conversions that end it are refused (Sources/TraceCore/Model/Saturating.swift).
// CI refuses every other warning, too; whoever builds with another compiler need not.
let checked =
  strict
  + (Context.environment["SKEIN_WARNINGS"] == "errors"
    ? [.treatAllWarnings(as: .error)] : [.treatWarning("DeprecatedDeclaration", as: .error)])
// Where the tests spend their time: optimised in debug builds too, with all checks of a release build (there are no asserts).
let optimised: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]
let tested = checked + optimised
let quick = strict + optimised

let package = Package(
  name: "skein",
  products: [.executable(name: "skein", targets: ["skein"])],
  traits: [
    .trait(
      name: "ISAL", description: "Inflate gzip with ISA-L (libisal) where it is installed; zlib remains the fallback."),
    .trait(
      name: "Vectorscan",
      description: "Look for all rules at once with Vectorscan (libhs) where it is installed; else for their literals."),
    .trait(name: "Serve", description: "`skein serve`: pages and metrics over HTTP, by swift-nio."),
    .default(enabledTraits: ["ISAL", "Vectorscan", "Serve"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
  ],
  targets: [
    .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CISAL", providers: [.apt(["libisal-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CVectorscan", providers: [.apt(["libvectorscan-dev"])]),
    .target(name: "CShims"),
    .target(name: "Platform", dependencies: ["CShims"], swiftSettings: tested),
    .target(
      name: "WebServer",
      dependencies: [
        .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["Serve"])),
        .product(name: "NIOPosix", package: "swift-nio", condition: .when(traits: ["Serve"])),
        .product(name: "NIOHTTP1", package: "swift-nio", condition: .when(traits: ["Serve"])),
      ],
      swiftSettings: tested),
    .target(name: "Config", dependencies: ["CYAML"], swiftSettings: tested),
    .target(name: "Patterns", dependencies: ["CPCRE2"], swiftSettings: tested),
    .target(name: "TraceCore", dependencies: ["Platform", "Config", "Patterns", "CShims"], swiftSettings: tested),
    .target(
      name: "LogSource",
      dependencies: ["Platform", "TraceCore", "CZlib", .target(name: "CISAL", condition: .when(traits: ["ISAL"]))],
      swiftSettings: tested),
    .target(name: "Report", dependencies: ["Analysis", "RulePack", "TraceCore", "Config"], swiftSettings: tested),
    .target(
      name: "RulePack",
      dependencies: [
        "Platform", "TraceCore", "Config", "Patterns",
        .target(name: "CVectorscan", condition: .when(traits: ["Vectorscan"])),
      ],
      swiftSettings: tested),
    .target(name: "Analysis", dependencies: ["TraceCore", "Config"], swiftSettings: tested),
    .target(
      name: "Pipeline",
      dependencies: ["Platform", "LogSource", "RulePack", "Analysis", "TraceCore", "Patterns", "Config"],
      swiftSettings: tested),
    .target(
      name: "Application",
      dependencies: [
        "Platform", "Pipeline", "Report", "RulePack", "Analysis", "LogSource", "TraceCore", "Patterns", "Config",
        "CShims", "WebServer",
      ],
      swiftSettings: tested),
    .executableTarget(
      name: "skein",
      dependencies: [
        "Application", "Platform", "Pipeline", "Report", "RulePack", "Analysis", "LogSource", "TraceCore", "Patterns",
        "Config", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: checked),
    .executableTarget(
      name: "SkeinBench",
      dependencies: [
        "Analysis", "RulePack", "TraceCore", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Bench", exclude: ["instructions.tsv"], swiftSettings: strict),
    .executableTarget(
      name: "SkeinFuzz", dependencies: ["Config", "LogSource", "RulePack", "TraceCore"], path: "Tests/Fuzz",
      exclude: ["Found"], swiftSettings: strict),
    .executableTarget(name: "SkeinHouse", path: "Tests/House", swiftSettings: quick),
    .testTarget(name: "HouseTests", dependencies: ["SkeinHouse"], swiftSettings: strict),
    .testTarget(name: "FuzzTests", dependencies: ["SkeinFuzz"], swiftSettings: strict),
    .target(name: "TestKit", dependencies: ["CZlib"], path: "Tests/TestKit", swiftSettings: quick),
    .testTarget(name: "BenchTests", dependencies: ["SkeinBench", "Analysis", "RulePack"], swiftSettings: strict),
    .testTarget(name: "TestKitTests", dependencies: ["TestKit"], swiftSettings: strict),
    .testTarget(
      name: "TraceCoreTests", dependencies: ["Platform", "Config", "TraceCore", "CShims", "TestKit"],
      swiftSettings: strict),
    .testTarget(
      name: "AlertTests",
      dependencies: [
        "Application", "Analysis", "Pipeline", "Report", "Platform", "Config", "LogSource", "TraceCore", "TestKit",
        "skein",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ServeTests",
      dependencies: ["Application", "Analysis", "Pipeline", "Report", "LogSource", "TraceCore", "TestKit", "skein"],
      swiftSettings: strict),
    .testTarget(name: "WebServerTests", dependencies: ["WebServer"], swiftSettings: strict),
    .testTarget(name: "PatternsTests", dependencies: ["Patterns", "TestKit"], swiftSettings: strict),
    .testTarget(
      name: "RulePackTests", dependencies: ["Platform", "Config", "RulePack", "Patterns", "TraceCore", "TestKit"],
      swiftSettings: strict),
    .testTarget(
      name: "LogSourceTests", dependencies: ["Platform", "LogSource", "TraceCore", "TestKit", "CZlib"],
      swiftSettings: strict),
    .testTarget(
      name: "TruthTests",
      dependencies: ["Pipeline", "RulePack", "Analysis", "LogSource", "TraceCore", "TestKit", "skein"],
      swiftSettings: strict),
    .testTarget(
      name: "ScanTests",
      dependencies: [
        "Config", "Pipeline", "Report", "RulePack", "LogSource", "Patterns", "TraceCore", "TestKit", "skein",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "FollowTests",
      dependencies: ["Pipeline", "Report", "Analysis", "RulePack", "LogSource", "TraceCore", "CShims", "TestKit"],
      swiftSettings: strict),
    .testTarget(name: "AnalysisTests", dependencies: ["Analysis", "TraceCore", "TestKit"], swiftSettings: strict),
    .testTarget(
      name: "BadInputTests", dependencies: ["Config", "Pipeline", "Analysis", "RulePack", "TestKit", "skein"],
      swiftSettings: strict),
    .testTarget(name: "CommandTests", dependencies: ["skein", "TestKit", "TraceCore"], swiftSettings: strict),
    .testTarget(
      name: "LiveTests", dependencies: ["Application", "Platform", "Report", "TestKit"], swiftSettings: strict),
    .testTarget(
      name: "ReadyTests",
      dependencies: [
        "Application", "Analysis", "Config", "Pipeline", "Platform", "Report", "TraceCore", "TestKit", "skein",
      ],
      swiftSettings: strict),
    .testTarget(name: "DocsTests", dependencies: ["TestKit", "skein"], swiftSettings: strict),
    .testTarget(
      name: "ReportTests", dependencies: ["Report", "Analysis", "RulePack", "TraceCore", "TestKit"],
      exclude: ["Golden"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
