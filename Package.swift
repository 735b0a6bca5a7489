// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "swift-lstm",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "LSTMCore", targets: ["LSTMCore"]),
    .library(name: "LSTMFormats", targets: ["LSTMFormats"]),
    .library(name: "LSTMInsight", targets: ["LSTMInsight"]),
    .library(name: "LSTMTraining", targets: ["LSTMTraining"]),
    .executable(name: "lstm", targets: ["lstm"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
    // For `swift package generate-documentation`; no target depends on it.
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    // Without its traits it needs FoundationEssentials only, which starts faster.
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
  ],
  targets: [
    .target(name: "CLSTMKernels"),
    .target(
      name: "LSTMCore",
      dependencies: ["CLSTMKernels", .product(name: "RealModule", package: "swift-numerics")]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(
      name: "LSTMFormats",
      dependencies: [
        "LSTMCore", "CZlib", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    .target(name: "LSTMInsight", dependencies: ["LSTMCore"]),
    .target(name: "LSTMTraining", dependencies: ["LSTMCore", "LSTMFormats"]),
    .executableTarget(
      name: "lstm",
      dependencies: [
        "LSTMCore", "LSTMFormats", "LSTMInsight", "LSTMTraining",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .target(
      name: "TestSupport",
      dependencies: ["LSTMCore", "LSTMFormats"],
      path: "Tests/TestSupport"),
    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    .testTarget(
      name: "LSTMCoreTests", dependencies: ["LSTMCore", "TestSupport", "AllocationCounter"]),
    .testTarget(name: "LSTMFormatsTests", dependencies: ["LSTMFormats", "TestSupport"]),
    .testTarget(name: "LSTMInsightTests", dependencies: ["LSTMInsight", "TestSupport"]),
    .testTarget(name: "LSTMTrainingTests", dependencies: ["LSTMTraining", "TestSupport"]),
    .testTarget(
      name: "lstmTests", dependencies: ["lstm", "LSTMCore", "LSTMFormats", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)
