// The weights of one cell as a JSON file that a person writes by hand: each gate by name, rows are
// units. The textbooks' concatenated form, one matrix for [h, x] or [x, h], is read too.

import LSTMCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The JSON form of a cell's weights.
///
///     {"forget":    {"inputWeights": [[…]], "hiddenWeights": [[…]], "bias": […]},
///      "input": {…}, "candidate": {…}, "output": {…}}
///
/// `inputWeights` is `[H, I]`, `hiddenWeights` `[H, P]`, `bias` `[H]`; `recurrentBias` and
/// `peephole` (`[H]`) are optional, and so is `projection` (`[P, H]`) beside the gates. In place
/// of the two matrices a gate may have one, `"weights": [[…]]`, when the document says
/// `"concatenation": "hidden,input"` or `"input,hidden"`.
public struct CellWeightsFile: Equatable, Sendable {
  /// The weights.
  public let parameters: CellParameters<Double>

  /// In which order the columns of a concatenated matrix stand.
  enum Concatenation: String, CaseIterable {
    case hiddenFirst = "hidden,input"
    case inputFirst = "input,hidden"
  }

  /// Opens a file; see ``init(data:file:optionalGates:)``.
  ///
  /// - Throws: as there, and ``LSTMFormatsError`` where the file cannot be opened.
  public init(contentsOf path: String, optionalGates: Set<Gate> = []) throws {
    try self.init(data: FileAccess.read(path), file: path, optionalGates: optionalGates)
  }

  /// Reads the weights of a cell from JSON text.
  ///
  /// - Parameters:
  ///   - data: the JSON text.
  ///   - file: its name, for errors.
  ///   - optionalGates: the gates that the cell does not compute from weights (pinned or coupled)
  ///     and that may therefore be absent; zeros then stand in for them.
  /// - Throws: ``LSTMFormatsError`` where the file is not of this form, `LSTMCoreError` where its
  ///   sizes do not fit.
  public init(data: Data, file: String, optionalGates: Set<Gate> = []) throws {
    let document = try decodeJSON(CellDocument.self, from: data, file: file)
    parameters = try document.parameters(file: file, optionalGates: optionalGates)
  }
}

/// The document, also where it is a part of a larger one.
struct CellDocument: Decodable {
  var gates: [Gate: GateDocument] = [:]
  var projection: Matrix<Double>?
  var concatenation: CellWeightsFile.Concatenation?

  init(from decoder: any Decoder) throws {
    let object = try JSONObject(
      decoder, valid: Gate.allCases.map(\.rawValue) + ["projection", "concatenation"])
    if let text: String = try object.value("concatenation") {
      concatenation = CellWeightsFile.Concatenation(rawValue: text.filter { $0 != " " })
      guard concatenation != nil else {
        throw LSTMFormatsError.wrongKind(
          file: object.file, place: "concatenation",
          expected: CellWeightsFile.Concatenation.allCases.map { "\"\($0.rawValue)\"" }
            .joined(separator: " or "))
      }
    }
    projection = try object.matrix("projection")
    for gate in Gate.allCases { gates[gate] = try object.value(gate.rawValue) }
  }

  func parameters(file: String, optionalGates: Set<Gate>) throws -> CellParameters<Double> {
    var found: [Gate: GateParameters<Double>] = [:]
    for gate in Gate.allCases {
      guard let document = gates[gate] else { continue }
      found[gate] = try document.parameters(
        gate, file: file, concatenation: concatenation, projection: projection)
    }
    func missing(_ gate: Gate) -> LSTMFormatsError { .missingKey(file: file, key: gate.rawValue) }
    guard let pattern = found.sorted(by: { $0.key.rawValue < $1.key.rawValue }).first?.value else {
      throw missing(.forget)
    }
    var zeros = pattern.zeros
    zeros.peephole = nil
    let gates = try PerGate<GateParameters<Double>> { gate in
      if let parameters = found[gate] { return parameters }
      guard optionalGates.contains(gate) else { throw missing(gate) }
      return zeros
    }
    return try CellParameters(gates: gates, projection: projection)
  }
}

/// One gate of the document.
struct GateDocument: Decodable {
  var inputWeights: Matrix<Double>?
  var hiddenWeights: Matrix<Double>?
  var weights: Matrix<Double>?
  var bias: [Double]?
  var recurrentBias: [Double]?
  var peephole: [Double]?

  init(from decoder: any Decoder) throws {
    let object = try JSONObject(
      decoder,
      valid: ["inputWeights", "hiddenWeights", "bias", "recurrentBias", "peephole", "weights"])
    inputWeights = try object.matrix("inputWeights")
    hiddenWeights = try object.matrix("hiddenWeights")
    weights = try object.matrix("weights")
    bias = try object.value("bias")
    recurrentBias = try object.value("recurrentBias")
    peephole = try object.value("peephole")
  }

  func parameters(
    _ gate: Gate, file: String, concatenation: CellWeightsFile.Concatenation?,
    projection: Matrix<Double>?
  ) throws -> GateParameters<Double> {
    let parts: (input: Matrix<Double>, hidden: Matrix<Double>)
    if let weights {
      guard inputWeights == nil, hiddenWeights == nil else {
        throw LSTMFormatsError.conflictingKeys(
          file: file,
          reason: "\(gate.rawValue) has both 'weights' and 'inputWeights' or 'hiddenWeights'. "
            + "Keep 'weights' for the concatenated form, or the other two.")
      }
      guard let concatenation else {
        throw LSTMFormatsError.conflictingKeys(
          file: file,
          reason: "\(gate.rawValue) has 'weights', so the file must say in which order they "
            + "stand.\nAdd \"concatenation\": \"hidden,input\" or \"input,hidden\" beside the "
            + "gates.")
      }
      let hiddenColumns = projection?.rows ?? weights.rows
      guard weights.columns > hiddenColumns else {
        throw LSTMFormatsError.conflictingKeys(
          file: file,
          reason: "\(gate.rawValue).weights has \(weights.columns) columns, but \(hiddenColumns) "
            + "of them belong to the hidden state, which leaves none for the input. "
            + "Rows are units: [H, H + I].")
      }
      parts = weights.split(
        hiddenColumns: hiddenColumns, hiddenFirst: concatenation == .hiddenFirst)
    } else {
      guard let inputWeights else {
        throw LSTMFormatsError.missingKey(file: file, key: "\(gate.rawValue).inputWeights")
      }
      guard let hiddenWeights else {
        throw LSTMFormatsError.missingKey(file: file, key: "\(gate.rawValue).hiddenWeights")
      }
      parts = (inputWeights, hiddenWeights)
    }
    return GateParameters(
      inputWeights: parts.input, hiddenWeights: parts.hidden,
      bias: bias ?? [Double](repeating: 0, count: parts.input.rows),
      recurrentBias: recurrentBias, peephole: peephole)
  }
}

extension JSONObject {
  /// The matrix of a key, row by row.
  func matrix(_ key: String) throws -> Matrix<Double>? {
    guard let rows: [[Double]] = try value(key) else { return nil }
    guard let columns = rows.first?.count, columns > 0 else {
      throw LSTMFormatsError.emptyList(place: "'\(file)': \(place(key))")
    }
    for (index, row) in rows.enumerated() where row.count != columns {
      throw LSTMFormatsError.raggedRow(
        file: file, place: place(key), row: index + 1, found: row.count, expected: columns)
    }
    return Matrix(rows: rows.count, columns: columns, values: rows.flatMap { $0 })
  }
}

extension Matrix where Scalar == Double {
  /// The hidden columns and the input columns of a concatenated matrix, apart.
  fileprivate func split(hiddenColumns: Int, hiddenFirst: Bool) -> (input: Matrix, hidden: Matrix) {
    let inputColumns = columns - hiddenColumns
    func part(from start: Int, _ count: Int) -> Matrix {
      Matrix(
        rows: rows, columns: count,
        values: (0..<rows).flatMap { row in Array(self.row(row).dropFirst(start).prefix(count)) })
    }
    return hiddenFirst
      ? (part(from: hiddenColumns, inputColumns), part(from: 0, hiddenColumns))
      : (part(from: 0, inputColumns), part(from: inputColumns, hiddenColumns))
  }
}
