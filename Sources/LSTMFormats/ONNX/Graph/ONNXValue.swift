// What a value of the graph is, as far as the reader has to know: stored numbers, a size, a stored
// tensor spread over a shape, or data that flows from an input through the network.

import LSTMCore

/// The size of a dimension: a number, times the sizes of inputs that are known only when the model
/// runs.
struct ONNXSize: Equatable {
  var factor: Int
  /// The names of unknown sizes, sorted; each name is one size.
  var symbols: [String]

  static func known(_ size: Int) -> ONNXSize { ONNXSize(factor: size, symbols: []) }
  static func symbol(_ name: String) -> ONNXSize { ONNXSize(factor: 1, symbols: [name]) }

  /// The size, where it is known.
  var known: Int? { symbols.isEmpty ? factor : nil }

  static func * (left: ONNXSize, right: ONNXSize) -> ONNXSize? {
    let (factor, overflow) = left.factor.multipliedReportingOverflow(by: right.factor)
    guard !overflow, left.symbols.count + right.symbols.count <= 8 else { return nil }
    return ONNXSize(factor: factor, symbols: (left.symbols + right.symbols).sorted())
  }
}

/// One logical axis of data that flows: the steps, the sequences, the directions, the units.
///
/// Reshaping never divides or mixes atoms, it only groups them; so each axis of a tensor is a list
/// of atoms, the slowest first, and an axis of size one may be an empty list.
struct ONNXAtom: Equatable {
  let id: Int
  let size: ONNXSize
}

/// Data that depends on an input of the graph.
struct ONNXFlow {
  /// A final state's place: its layer and its direction (0 forward or only, 1 reverse).
  struct Slot: Equatable {
    let layer: Int
    let direction: Int
  }

  /// What the data is.
  enum Source: Equatable {
    /// An input of the graph, or the part of it from `offset` on along its first axis.
    case input(String, isInteger: Bool, offset: Int)
    /// The vectors of an input's tokens.
    case embedded(String)
    /// What a layer gives in some of its directions.
    case output(layer: Int, directions: [Int], reading: ONNXSequenceModel.Reading)
    /// Final states.
    case final(isCell: Bool, slots: [Slot])
    /// What so many of the plain layers before the LSTM make of an input.
    case front(String, layers: Int)
    /// What so many layers of the head give.
    case head(layers: Int)
  }

  var source: Source
  var axes: [[ONNXAtom]]
  /// The steps in what a layer gives, the slots in final states of several slots.
  var special: ONNXAtom?
  /// What a linear layer sums over: the directions and the units, or the classes.
  var features: [ONNXAtom] = []

  /// The atoms of all axes in order.
  var atoms: [ONNXAtom] { axes.flatMap { $0 } }

  /// Whether an axis is exactly the features, in their order; axes of size one do not count.
  func isFeatures(_ axis: Int) -> Bool {
    axes[axis].filter { $0.size != .known(1) || features.contains($0) } == features
  }

  /// The size of an axis; nil where it is too large to be one.
  func size(_ axis: Int) -> ONNXSize? {
    axes[axis].reduce(ONNXSize.known(1) as ONNXSize?) { size, atom in
      size.flatMap { $0 * atom.size }
    }
  }
}

/// A value of the graph.
enum ONNXValue {
  /// Stored numbers.
  case constant(Tensor)
  /// Sizes: a vector of them, or one alone.
  case sizes([ONNXSize], isVector: Bool)
  /// A stored tensor spread over a shape, as Expand and ConstantOfShape do.
  case spread(Tensor, [ONNXSize])
  /// Data that depends on an input.
  case flow(ONNXFlow)
}

extension Tensor {
  /// The numbers as Ints, where the tensor holds a few integers: sizes, indices, axes.
  var smallIntegers: [Int]? {
    guard count <= 4096, shape.count <= 1 else { return nil }
    switch type {
    case .int64, .int32: break
    default: return nil
    }
    return withUnsafeBytes { bytes in
      (0..<count).map {
        type == .int64
          ? Int(Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self)))
          : Int(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Int32.self)))
      }
    }
  }
}
