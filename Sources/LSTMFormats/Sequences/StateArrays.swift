// The states of a network as named arrays, as files of sequences and of outputs have them: one array
// where all layers are of one width, else one for each direction of each layer.

import LSTMCore

/// Hidden and cell states by name: `hidden` and `cell`, `[L·D, B, units]`, or for a single direction
/// of a layer `hidden_l0`, `cell_l0`, `hidden_l0_reverse` and so on, `[1, B, units]`.
public struct StateArrays: Equatable, Sendable {
  /// The arrays.
  public private(set) var arrays: [String: Array3<Double>] = [:]

  /// Makes an empty set.
  public init() {}

  /// Whether an array of this name holds states.
  public static func isName(_ name: String) -> Bool {
    guard let kind = ["hidden", "cell"].first(where: name.hasPrefix) else { return false }
    let rest = name.dropFirst(kind.count)
    guard !rest.isEmpty else { return true }
    guard rest.hasPrefix("_l") else { return false }
    let digits = rest.dropFirst(2).prefix { $0.isASCII && $0.isNumber }
    return !digits.isEmpty && ["", "_reverse"].contains(rest.dropFirst(2 + digits.count))
  }

  /// The names of the states of each direction of each layer.
  public static func names(of model: LSTMModel) -> [(hidden: String, cell: String)] {
    model.shape.cells.map { cell in
      let suffix = StateDictWriter.pytorchSuffix(cell.layer, cell.direction)
      return ("hidden\(suffix)", "cell\(suffix)")
    }
  }

  /// States as they are written: hidden before cell.
  public static func named<Scalar>(_ state: NetworkState<Scalar>, of model: LSTMModel)
    -> [(name: String, array: Array3<Scalar>)]
  {
    func arrays(
      _ whole: String, _ stacked: Array3<Scalar>?, _ single: [String], _ parts: [Matrix<Scalar>]
    ) -> [(name: String, array: Array3<Scalar>)] {
      if let stacked { return [(whole, stacked)] }
      return zip(single, parts).map { name, matrix in (name, Array3(matrix)) }
    }
    let names = names(of: model)
    return arrays("hidden", state.hidden, names.map(\.hidden), state.parts.map(\.hidden))
      + arrays("cell", state.cell, names.map(\.cell), state.parts.map(\.cell))
  }

  /// Takes an array in.
  ///
  /// - Parameters:
  ///   - tensor: `[L·D, B, units]`, or `[1, B, units]` or `[B, units]` for a single direction of a
  ///     layer.
  ///   - name: its name, for which ``isName(_:)`` holds.
  ///   - file: the file, for errors.
  /// - Throws: ``SequenceFileError/shape(file:array:found:expected:)``.
  public mutating func add(_ tensor: Tensor, name: String, file: String) throws {
    let isWhole = name == "hidden" || name == "cell"
    let shape = tensor.shape
    guard shape.count == 3 && (isWhole || shape[0] == 1) || shape.count == 2 else {
      throw SequenceFileError.shape(
        file: file, array: name, found: shape,
        expected: isWhole ? "[layers x directions, B, units]" : "[1, B, units]")
    }
    arrays[name] =
      !isWhole && shape.count == 2
      ? Array3(planes: 1, rows: shape[0], columns: shape[1], values: tensor.doubles())
      : tensor.array3
  }

  /// The state to start from: what the arrays have, and for the rest another state.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - rest: the states of what the arrays lack; not asked for where they lack nothing.
  ///   - file: the file that the arrays are from, for errors.
  /// - Throws: ``SequenceFileError/unknownState(file:name:valid:)`` where the network has no such
  ///   layer, ``SequenceFileError/statesTwice(file:name:)``, and `NetworkError` where there are
  ///   more or fewer planes than the network has layers and directions.
  public func state(
    of model: LSTMModel, rest: @autoclosure () throws -> NetworkState<Double>,
    file: String
  ) throws -> NetworkState<Double> {
    let names = Self.names(of: model)
    let valid = names.flatMap { [$0.hidden, $0.cell] }
    let hasAll = [valid, ["hidden", "cell"]].contains { $0.allSatisfy { arrays[$0] != nil } }
    var state = try hasAll ? model.shape.zeroState(batch: 0) : rest()
    for (name, array) in arrays.sorted(by: { $0.key < $1.key }) {
      let isCell = name.hasPrefix("cell")
      if name == "hidden" || name == "cell" {
        guard array.planes == names.count else {
          throw NetworkError.stateParts(
            found: array.planes, layers: model.shape.layerCount, expected: names.count)
        }
        for part in names.indices { state.parts[part].set(array.plane(part), isCell: isCell) }
      } else {
        guard arrays[isCell ? "cell" : "hidden"] == nil else {
          throw SequenceFileError.statesTwice(file: file, name: name)
        }
        guard let place = valid.firstIndex(of: name) else {
          throw SequenceFileError.unknownState(file: file, name: name, valid: valid)
        }
        state.parts[place / 2].set(array.plane(0), isCell: isCell)
      }
    }
    return state
  }
}

extension NetworkState.Part {
  fileprivate mutating func set(_ matrix: Matrix<Scalar>, isCell: Bool) {
    if isCell { cell = matrix } else { hidden = matrix }
  }
}

extension Array3 {
  /// A matrix as the only plane.
  fileprivate init(_ matrix: Matrix<Scalar>) {
    self.init(planes: 1, rows: matrix.rows, columns: matrix.columns, values: matrix.values)
  }
}
