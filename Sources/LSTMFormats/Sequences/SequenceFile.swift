// What a network is run on, out of a file and whole: for whoever needs all steps at once. A file too large
// for that is read in blocks (SequenceSource.swift).

import LSTMCore

/// Sequences out of a file, and where to start with them.
public struct SequenceFile: Equatable, Sendable {
  /// Values `[T, B, I]` or token ids `[T, B]`.
  public var input: NetworkInput<Double>
  /// The states to start from, where the file has them.
  public var states = StateArrays()
  /// The number of valid steps of each sequence, where the file has them.
  public var lengths: [Int]?

  /// Reads sequences; what a file may hold says ``SequenceSource``.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - readsTokens: whether the network reads token ids.
  ///   - isBatchFirst: whether arrays are `[B, T, I]` and `[B, T]`. States never are.
  /// - Throws: ``SequenceFileError``, or what reading the container throws.
  public init(contentsOf path: String, readsTokens: Bool, isBatchFirst: Bool = false) throws {
    var source = try SequenceSource(
      contentsOf: path, readsTokens: readsTokens, isBatchFirst: isBatchFirst)
    input = try source.input(0..<source.steps)
    (states, lengths) = (source.states, source.lengths)
  }
}

extension Tensor {
  /// The numbers as an array of three dimensions; two get one of size 1 between them. Nil for
  /// another number of dimensions.
  public var array3: Array3<Double>? {
    switch shape.count {
    case 3:
      Array3(planes: shape[0], rows: shape[1], columns: shape[2], values: doubles())
    case 2:
      Array3(planes: shape[0], rows: 1, columns: shape[1], values: doubles())
    default: nil
    }
  }
}
