// Who competes, and how each is started with a number of threads.

import Foundation

/// One that computes the cases: ours or a peer.
package struct Competitor: Hashable, Sendable, Codable {
  /// The name in options, files and environments.
  package let id: String
  /// The name in tables and pictures.
  package let title: String
  /// Whether it is ours.
  package let isOurs: Bool
  /// The width of the weights, in bytes: 4, or 2 for float16.
  package let weightBytes: Int

  /// Ours with float32 weights: the one that is compared.
  package static let ours = Competitor(
    id: "swift-lstm", title: "swift-lstm", isOurs: true, weightBytes: 4)
  /// Ours with float16 weights: shown beside, since it computes with other weights.
  package static let oursFloat16 = Competitor(
    id: "swift-lstm-float16", title: "swift-lstm, float16 weights", isOurs: true, weightBytes: 2)

  private static func peer(_ id: String, _ title: String) -> Competitor {
    Competitor(id: id, title: title, isOurs: false, weightBytes: 4)
  }

  /// Everybody else.
  package static let peers = [
    peer("pytorch", "PyTorch"), peer("onnxruntime", "ONNX Runtime"),
    peer("openvino", "OpenVINO"), peer("jax", "JAX"), peer("numpy", "NumPy"),
    peer("keras", "Keras"),
  ]

  /// How far its outputs may be from double precision.
  package var bound: Double {
    weightBytes == 2 ? ExpectedOutputs.float16Bound : ExpectedOutputs.float32Bound
  }

  /// The peers of some names; all of them where there is no name.
  ///
  /// - Throws: ``BenchmarkError/noSuchPeer(_:nearest:valid:)``.
  package static func peers(named names: [String]) throws -> [Competitor] {
    guard !names.isEmpty else { return peers }
    let valid = peers.map(\.id)
    for name in names where !valid.contains(name) {
      throw BenchmarkError.noSuchPeer(
        name, nearest: valid.first { $0.hasPrefix(name.lowercased().prefix(3)) }, valid: valid)
    }
    return peers.filter { names.contains($0.id) }
  }
}

/// Where the peers' programs are, and how workers are started.
package struct WorkerPrograms: Sendable {
  /// This program, which is also our worker.
  package var own: String
  /// The folder of the peers' scripts.
  package var scripts: String
  /// The folder with a Python environment for each peer.
  package var environments: String
  /// How long a worker may take for one answer, in s.
  package var timeLimit: Int
  /// Where logs and arrays go.
  package var folder: URL

  package init(
    own: String, scripts: String, environments: String, timeLimit: Int, folder: URL
  ) {
    self.own = own
    self.scripts = scripts
    self.environments = environments
    self.timeLimit = timeLimit
    self.folder = folder
  }

  /// Checks that everything is there that the competitors need.
  ///
  /// - Throws: ``BenchmarkError/missingScripts(folder:)`` or
  ///   ``BenchmarkError/missingEnvironment(peer:path:)``.
  package func check(_ competitors: [Competitor]) throws {
    for peer in competitors where !peer.isOurs {
      guard FileManager.default.fileExists(atPath: "\(scripts)/worker.py") else {
        throw BenchmarkError.missingScripts(folder: scripts)
      }
      guard FileManager.default.isExecutableFile(atPath: python(peer)) else {
        throw BenchmarkError.missingEnvironment(peer: peer.id, path: python(peer))
      }
    }
  }

  private func python(_ peer: Competitor) -> String { "\(environments)/\(peer.id)/bin/python" }

  /// Starts a worker that may use `threads` cores and no more.
  ///
  /// - Throws: ``BenchmarkError/notStarted(worker:reason:)``.
  package func start(_ competitor: Competitor, threads: Int) throws -> WorkerProcess {
    try WorkerProcess(
      name: competitor.id,
      command: Self.pinning(threads: threads) + command(competitor, threads: threads),
      environment: Self.environment(threads: threads),
      log: folder.appending(path: "\(competitor.id)-\(threads).log"), timeLimit: timeLimit)
  }

  /// The program and its arguments.
  func command(_ competitor: Competitor, threads: Int) -> [String] {
    competitor.isOurs
      ? [
        own, "worker", "--threads", "\(threads)", "--weights",
        competitor.weightBytes == 2 ? "float16" : "float32",
      ]
      : [python(competitor), "\(scripts)/\(competitor.id)_peer.py", "--threads", "\(threads)"]
  }

  /// What every framework's own pool of threads looks at. The scripts set it by the frameworks'
  /// calls too; XLA has no call, and looks at the cores it is given.
  static func environment(threads: Int) -> [String: String] {
    [
      "OMP_NUM_THREADS": "\(threads)", "OPENBLAS_NUM_THREADS": "\(threads)",
      "MKL_NUM_THREADS": "\(threads)", "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1",
    ]
  }

  /// What keeps a process on the last `threads` cores, since the first one serves the system's
  /// interrupts: `taskset`, where there is one.
  static func pinning(threads: Int) -> [String] {
    let taskset = "/usr/bin/taskset"
    let cores = ProcessInfo.processInfo.activeProcessorCount
    guard FileManager.default.isExecutableFile(atPath: taskset), threads <= cores else {
      return []
    }
    return [taskset, "--cpu-list", "\(cores - threads)-\(cores - 1)"]
  }
}
