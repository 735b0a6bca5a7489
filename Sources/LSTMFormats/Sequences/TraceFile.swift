// A recorded trace, read back: arrays by their addresses, and of which model they are.

import LSTMCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Arrays of a run by their addresses, out of an .npz or safetensors file; ours, or anybody's whose arrays
/// are named so.
public struct TraceFile: Sendable {
  /// The containers that a trace is written to while it runs.
  public enum Form: String, CaseIterable, Sendable {
    /// NumPy's archive.
    case npz
    /// safetensors.
    case safetensors
  }

  static let modelKey = "model"
  static let lengthsKey = "lengths"

  /// The file's name, for messages.
  public let file: String
  /// The arrays by name.
  public let arrays: [String: Array3<Double>]
  /// The fingerprint of the model that ran; nil where the file does not say it.
  public let fingerprint: String?
  /// The length of each sequence; nil where all have every step, or the file does not say it.
  public let lengths: [Int]?

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: an `.npz` or safetensors file.
  ///   - isBatchFirst: whether its arrays are `[B, T, width]`.
  /// - Throws: ``SequenceFileError/shape(file:array:found:expected:)``, or what reading the container
  ///   throws.
  public init(contentsOf path: String, isBatchFirst: Bool = false) throws {
    let storage = try ByteStorage.contents(of: path)
    var tensors: [(String, Tensor)] = []
    var metadata: [String: String] = [:]
    if SafetensorsFile.matches(storage) {
      let archive = try SafetensorsFile(storage: storage, file: path).archive
      (tensors, metadata) = (archive.entries.map { ($0.name, $0.tensor) }, archive.metadata)
    } else {
      let npz = try NpzFile(storage: storage, file: path)
      tensors = try npz.names.map { ($0, try npz.tensor($0)) }
      metadata =
        (try? JSONDecoder().decode([String: String].self, from: Data(npz.comment.utf8))) ?? [:]
    }
    var arrays: [String: Array3<Double>] = [:]
    for (name, tensor) in tensors {
      guard let array = tensor.array3 else {
        throw SequenceFileError.shape(
          file: path, array: name, found: tensor.shape, expected: "[T, B, units]")
      }
      arrays[name] = isBatchFirst && tensor.shape.count == 3 ? array.swappingPlanesAndRows : array
    }
    (file, self.arrays, fingerprint) = (path, arrays, metadata[Self.modelKey])
    lengths = metadata[Self.lengthsKey]?.split(separator: ",").compactMap { Int($0) }
  }

  /// Whether a file holds a trace: arrays that are called by addresses.
  public static func isOne(_ path: String) -> Bool {
    guard let storage = try? ByteStorage.contents(of: path) else { return false }
    let names: [String] =
      SafetensorsFile.matches(storage)
      ? (try? SafetensorsFile(storage: storage, file: path).archive.entries.map(\.name)) ?? []
      : (try? NpzFile(storage: storage, file: path).names) ?? []
    // "logits" alone are outputs, as a run writes them.
    return names.contains { $0.hasPrefix("layer") && (try? TraceAddress($0)) != nil }
  }

  /// The whole array of one quantity of one cell.
  ///
  /// - Throws: ``TraceFileError/missing(file:address:found:)`` where it was not recorded.
  public func array(layer: Int, _ direction: Direction, _ quantity: TraceQuantity) throws
    -> Array3<Double>
  {
    let name = TraceAddress(layer: layer, direction, quantity).text
    guard let array = arrays[name] else {
      throw TraceFileError.missing(file: file, address: name, found: arrays.keys.sorted())
    }
    return array
  }

  /// One step of an array, which stands for all: `[1, B, width]`.
  ///
  /// - Throws: ``TraceFileError/step(file:found:steps:)`` where there is no such step.
  public func plane(_ step: Int, of array: Array3<Double>) throws -> Array3<Double> {
    guard step < array.planes else {
      throw TraceFileError.step(file: file, found: step, steps: array.planes)
    }
    if let lengths, let ended = lengths.firstIndex(where: { $0 <= step }) {
      throw TraceFileError.ended(
        file: file, step: step, sequence: ended, length: lengths[ended])
    }
    return Array3(
      planes: 1, rows: array.rows, columns: array.columns, values: array.plane(step).values)
  }

  /// The states after a step: a row for each sequence of the trace.
  ///
  /// - Throws: ``TraceFileError`` where states were not recorded, or there is no such step.
  public func state(after step: Int, of model: LSTMModel) throws -> NetworkState<Double> {
    NetworkState(
      parts: try model.shape.cells.map { cell in
        func matrix(_ quantity: TraceQuantity) throws -> Matrix<Double> {
          let array = try array(layer: cell.layer, cell.direction, quantity)
          return try plane(step, of: array).plane(0)
        }
        return .init(hidden: try matrix(.hiddenState), cell: try matrix(.cellState))
      })
  }

  /// - Throws: ``TraceFileError/otherModel(file:)`` where the trace says that it is one of another model.
  public func check(isOf model: LSTMModel) throws {
    if let fingerprint, fingerprint != model.fingerprint {
      throw TraceFileError.otherModel(file: file)
    }
  }
}

/// What can be wrong with a trace in a file.
public enum TraceFileError: LSTMFailure, Equatable {
  /// The trace is one of another model.
  case otherModel(file: String)
  /// The trace does not have what is asked of it.
  case missing(file: String, address: String, found: [String])
  /// A sequence of the trace has ended before the step.
  case ended(file: String, step: Int, sequence: Int, length: Int)
  /// The trace has fewer steps.
  case step(file: String, found: Int, steps: Int)

  /// Wrong data.
  public var kind: FailureKind { .data }

  /// What is wrong, and what to do.
  public var message: String {
    switch self {
    case .otherModel(let file):
      return
        "'\(file)' was recorded from another model: the fingerprints differ. Record it again from "
        + "this one."
    case .missing(let file, let address, let found):
      let shown = found.prefix(6).joined(separator: ", ") + (found.count > 6 ? ", …" : "")
      return "'\(file)' has no '\(address)'; it has \(shown). Record it, too."
    case .ended(let file, let step, let sequence, let length):
      return
        "'\(file)': sequence \(sequence + 1) has \(length) step\(length == 1 ? "" : "s") and nothing at step \(step + 1). "
        + "Choose an earlier one, or record the sequences one by one."
    case .step(let file, let found, let steps):
      return "'\(file)' has no step \(found + 1); it has \(steps)."
    }
  }
}
