// What another program, or a run of ours, made of an input, out of an .npz file.

import LSTMCore

/// Outputs and final states by name, as a run writes them: any of output, hidden, cell, logits, and the
/// states of single directions of layers.
public struct OutputsFile: Equatable, Sendable {
  /// The states of one direction of one layer.
  public struct Part: Equatable, Sendable {
    /// What the array is called: "hidden_l0".
    public let name: String
    /// Its place among all, layer after layer, forward before reverse.
    public let place: Int
    /// Whether it is the cell state.
    public let isCell: Bool
    /// The numbers, `[B, units]`.
    public let values: Matrix<Double>
  }

  /// The outputs of the last layer, `[T, B, D·P]`.
  public let output: Array3<Double>?
  /// The final hidden states, `[L·D, B, P]`.
  public let hidden: Array3<Double>?
  /// The final cell states, `[L·D, B, H]`.
  public let cell: Array3<Double>?
  /// The logits, `[T, B, O]` or `[1, B, O]`.
  public let logits: Array3<Double>?
  /// Final states of single directions of layers, where they have arrays of their own.
  public let parts: [Part]

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: an `.npz` file.
  ///   - model: whose outputs they are said to be: its layers have the names.
  ///   - isBatchFirst: whether sequences are `[B, T, …]`. States never are.
  /// - Throws: ``SequenceFileError/shape(file:array:found:expected:)``, or what reading the
  ///   container throws.
  public init(contentsOf path: String, of model: LSTMModel, isBatchFirst: Bool = false) throws {
    let file = try NpzFile(contentsOf: path)
    func array(_ name: String, isSequence: Bool) throws -> Array3<Double>? {
      guard file.names.contains(name) else { return nil }
      let tensor = try file.tensor(name)
      guard let array = tensor.array3 else {
        throw SequenceFileError.shape(
          file: path, array: name, found: tensor.shape,
          expected: isSequence ? "[T, B, units]" : "[layers x directions, B, units]")
      }
      let isSwapped = isSequence && isBatchFirst && tensor.shape.count == 3
      return isSwapped ? array.swappingPlanesAndRows : array
    }
    output = try array("output", isSequence: true)
    hidden = try array("hidden", isSequence: false)
    cell = try array("cell", isSequence: false)
    logits = try array("logits", isSequence: true)
    parts = try StateArrays.names(of: model).enumerated().flatMap { place, names in
      try [(names.hidden, false), (names.cell, true)].compactMap { name, isCell in
        try array(name, isSequence: false).map {
          Part(name: name, place: place, isCell: isCell, values: $0.plane(0))
        }
      }
    }
  }

  /// Whether a file holds outputs, and not a model or something else.
  public static func isOne(_ path: String) -> Bool {
    (try? NpzFile(contentsOf: path).names.contains("output")) ?? false
  }
}
