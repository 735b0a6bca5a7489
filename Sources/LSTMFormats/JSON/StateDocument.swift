// The states that a model starts from, as the JSON form of a model has them.

import LSTMCore

/// The states of one direction of one layer: `{"hidden": [[…]], "cell": [[…]]}`, a row for each
/// sequence or one for all.
struct StateDocument: Decodable {
  var hidden: Matrix<Double>
  var cell: Matrix<Double>

  init(from decoder: any Decoder) throws {
    let object = try JSONObject(decoder, valid: ["hidden", "cell"])
    func matrix(_ key: String) throws -> Matrix<Double> {
      guard let matrix = try object.matrix(key) else {
        throw LSTMFormatsError.missingKey(file: object.file, key: object.place(key))
      }
      return matrix
    }
    (hidden, cell) = (try matrix("hidden"), try matrix("cell"))
  }

  /// The states of all parts of a network.
  ///
  /// - Throws: ``LSTMFormatsError/wrongKind(file:place:expected:)`` where there are more or fewer,
  ///   or one has other sizes than the network and the first one say.
  static func state(
    _ documents: [StateDocument], of network: LSTMNetwork<Double>, file: String,
    round: (Double) -> Double
  ) throws -> NetworkState<Double> {
    let cells = network.cells
    guard documents.count == cells.count, let rows = documents.first?.hidden.rows else {
      throw LSTMFormatsError.wrongKind(
        file: file, place: "initialState",
        expected: "a list of \(cells.count), one for each direction of each layer")
    }
    for (index, state) in documents.enumerated() {
      let sizes = cells[index].cell.parameters
      for (name, matrix, width) in [
        ("hidden", state.hidden, sizes.outputSize), ("cell", state.cell, sizes.hiddenSize),
      ] where matrix.columns != width || matrix.rows != rows {
        throw LSTMFormatsError.wrongKind(
          file: file, place: "initialState[\(index)].\(name)",
          expected: "\(rows) x \(width): a row for each sequence, or one for all")
      }
    }
    return NetworkState(
      parts: documents.map { .init(hidden: $0.hidden.map(round), cell: $0.cell.map(round)) })
  }
}
