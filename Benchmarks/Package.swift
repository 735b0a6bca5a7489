// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that what only the benchmarks need reaches no user of swift-lstm.
let package = Package(
  name: "swift-lstm-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "swift-lstm", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .target(name: "CBenchmark"),
    .target(
      name: "BenchmarkKit",
      dependencies: [
        "CBenchmark",
        .product(name: "LSTMCore", package: "swift-lstm"),
        .product(name: "LSTMFormats", package: "swift-lstm"),
      ]),
    .executableTarget(
      name: "benchmark",
      dependencies: [
        "BenchmarkKit",
        .product(name: "LSTMCore", package: "swift-lstm"),
        .product(name: "LSTMFormats", package: "swift-lstm"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .testTarget(name: "BenchmarkKitTests", dependencies: ["BenchmarkKit"]),
    .testTarget(
      name: "benchmarkTests",
      dependencies: [
        "benchmark", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
