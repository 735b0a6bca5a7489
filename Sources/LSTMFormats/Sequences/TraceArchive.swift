// A trace into a file while the model runs, a block of steps at a time.

import LSTMCore

/// The network of a model in the precision of a run, taken from the model once.
private struct TracedNetwork {
  private let model: LSTMModel
  private var single: LSTMNetwork<Float>?
  private var double: LSTMNetwork<Double>?

  init(_ model: LSTMModel) { self.model = model }

  /// The trace of a block.
  mutating func trace<Scalar>(_ block: BlockwiseRun<Scalar>.Block) throws -> RunTrace<Scalar> {
    if Scalar.self == Float.self, single == nil { single = try LSTMNetwork(model) }
    if Scalar.self == Double.self, double == nil { double = model.network }
    guard
      let network = single as? LSTMNetwork<Scalar> ?? double as? LSTMNetwork<Scalar>
    else { preconditionFailure("runs are in single or double precision") }
    return try RunTrace(network, of: model, block.request, block.output)
  }
}

/// A file of recorded arrays, written block by block. It says who computed them and of which model.
final class TraceArchive: BlockSink {
  private let arrays: TraceArrays
  private let isBatchFirst: Bool
  private let file: any PlacedArrays
  private var network: TracedNetwork

  /// Begins a file.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  init(
    _ arrays: TraceArrays, of model: LSTMModel, batch: Int, lengths: [Int]?,
    by computation: Computation,
    as form: TraceFile.Form, isBatchFirst: Bool, to place: OutputPlace
  ) throws {
    (self.arrays, self.isBatchFirst, network) = (arrays, isBatchFirst, TracedNetwork(model))
    let type: NumberType = computation.precision == .float64 ? .float64 : .float32
    let placed = arrays.entries.map {
      PlacedArray(
        $0.name, planes: $0.planes, batch: batch, width: $0.width, type,
        isBatchFirst: isBatchFirst)
    }
    let metadata =
      computation.metadata + [(TraceFile.modelKey, model.fingerprint)]
      + (lengths.map { [(TraceFile.lengthsKey, $0.map(String.init).joined(separator: ","))] } ?? [])
    file =
      switch form {
      case .npz: try PlacedNpz(placed, comment: metadata.comment, to: place)
      case .safetensors:
        try PlacedSafetensors(
          placed, metadata: Dictionary(metadata) { first, _ in first }, to: place)
      }
  }

  func write<Scalar>(_ block: BlockwiseRun<Scalar>.Block) throws {
    let found = try arrays.arrays(of: network.trace(block), block: block.steps)
    for (index, array) in found.enumerated() {
      if let array { try file.append(array, to: index, isSplit: isBatchFirst) }
    }
  }

  func finish() throws { try file.finish() }
}

/// Recorded arrays in memory, as Doubles.
final class TraceInMemory: BlockSink {
  private let arrays: TraceArrays
  private var network: TracedNetwork
  private var values: [[Double]]

  init(_ arrays: TraceArrays, of model: LSTMModel) {
    (self.arrays, network) = (arrays, TracedNetwork(model))
    values = arrays.entries.map { _ in [] }
  }

  func write<Scalar>(_ block: BlockwiseRun<Scalar>.Block) throws {
    let found = try arrays.arrays(of: network.trace(block), block: block.steps)
    for (index, array) in found.enumerated() {
      if let array { values[index] += array.values.map { Double($0) } }
    }
  }

  func finish() {}

  /// The arrays with their names.
  func named(batch: Int) -> [(name: String, array: Array3<Double>)] {
    zip(arrays.entries, values).map { entry, values in
      (
        entry.name,
        Array3(planes: entry.planes, rows: batch, columns: entry.width, values: values)
      )
    }
  }
}
