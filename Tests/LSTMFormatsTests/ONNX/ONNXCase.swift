// Models of Tests/Fixtures/onnx with what they give for some inputs, and the network run on them.

import LSTMCore
import LSTMFormats
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// An array of the fixtures.
struct ONNXArray: Decodable, Sendable {
  let shape: [Int]
  let values: [Double]
}

/// One fixture: a model, its inputs and its outputs by name.
struct ONNXCase: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let inputs: [String: ONNXArray]
  let outputs: [String: ONNXArray]
  let tolerance: Double

  var testDescription: String { name }
  var path: String { Fixtures.path("onnx/\(name).onnx") }

  private struct Document: Decodable { let cases: [ONNXCase] }

  static func readAll() throws -> [ONNXCase] {
    try JSONDecoder().decode(Document.self, from: Fixtures.data("onnx/models.json")).cases
  }

  static let all: [ONNXCase] = (try? readAll()) ?? []

  func model() throws -> ONNXSequenceModel { try ONNXSequenceModel(contentsOf: path) }

  /// Runs a model on the case's inputs and compares every output of the graph.
  func expectOutputs(of model: ONNXSequenceModel) throws {
    let found = try run(model)
    #expect(Set(model.outputs.map(\.name)) == Set(outputs.keys))
    for output in model.outputs {
      guard let expected = outputs[output.name] else { continue }
      let values = found.values(of: output, directions: model.network.layers.last?.cells.count ?? 1)
      expectClose(
        "\(name) \(output.name)", values, expected.values, within: .absolute(tolerance))
    }
  }

  private func run(_ model: ONNXSequenceModel) throws -> NetworkOutput<Double> {
    let given = try #require(inputs[model.input])
    var (steps, batch) = (given.shape[0], given.shape.count > 1 ? given.shape[1] : 1)
    let isTokens = model.network.front != nil
    if !isTokens, given.shape.count == 2 { batch = 1 }
    if model.isBatchFirst { swap(&steps, &batch) }
    let input: NetworkInput<Double>
    if isTokens {
      let ids = given.values.map { Int($0) }
      let ordered =
        model.isBatchFirst
        ? (0..<steps).flatMap { step in (0..<batch).map { ids[$0 * steps + step] } } : ids
      input = .tokens(ids: ordered, steps: steps, batch: batch)
    } else {
      let columns = given.shape.last ?? 0
      let (planes, rows) = model.isBatchFirst ? (batch, steps) : (steps, batch)
      let array = Array3(planes: planes, rows: rows, columns: columns, values: given.values)
      input = .values(model.isBatchFirst ? array.swappingPlanesAndRows : array)
    }
    let lengths: [Int]? =
      switch model.lengths {
      case .full: nil
      case .stored(let lengths): lengths
      case .input(let name): inputs[name]?.values.map { Int($0) }
      }
    let states = inputs.compactMapValues { array -> Array3<Double>? in
      guard array.shape.count == 3 else { return nil }
      return Array3(
        planes: array.shape[0], rows: array.shape[1], columns: array.shape[2],
        values: array.values)
    }
    return try model.network.run(
      input, state: model.initialState(batch: batch, given: states), lengths: lengths,
      emptySequences: .zeroState)
  }
}

extension NetworkOutput<Double> {
  /// The numbers of an output in the order of its axes.
  func values(of output: ONNXSequenceModel.Output, directions: Int) -> [Double] {
    typealias Axis = ONNXSequenceModel.Axis
    var sizes: [Axis: Int] = [.sequences: self.output.rows]
    let get: ([Axis: Int]) -> Double
    func plane(_ reading: ONNXSequenceModel.Reading, _ index: [Axis: Int], _ count: Int) -> Int {
      switch reading {
      case .everyStep: index[.steps] ?? 0
      case .lastStep: count - 1
      case .firstStep, .finalState: 0
      }
    }
    switch output.meaning {
    case .output(let reading):
      let array = self.output
      let units = array.columns / directions
      (sizes[.units], sizes[.directions], sizes[.steps]) = (units, directions, array.planes)
      get = { index in
        array[
          plane(reading, index, array.planes), index[.sequences] ?? 0,
          (index[.directions] ?? 0) * units + (index[.units] ?? 0)]
      }
    case .hidden(let slots), .cell(let slots):
      let isCell = if case .cell = output.meaning { true } else { false }
      let parts = slots.map { isCell ? finalState.parts[$0].cell : finalState.parts[$0].hidden }
      (sizes[.states], sizes[.units]) = (slots.count, parts[0].columns)
      get = { parts[$0[.states] ?? 0][$0[.sequences] ?? 0, $0[.units] ?? 0] }
    case .logits(let reading), .probabilities(let reading), .logProbabilities(let reading):
      var array = logits ?? Array3(zeros: 0, 0, 0)
      if case .probabilities = output.meaning { array = probabilities ?? array }
      if case .logProbabilities = output.meaning {
        for start in stride(from: 0, to: array.values.count, by: array.columns) {
          let range = start..<start + array.columns
          let logarithm = Double.log(array.values[range].map { Double.exp($0) }.reduce(0, +))
          for index in range { array.values[index] -= logarithm }
        }
      }
      (sizes[.steps], sizes[.classes]) = (array.planes, array.columns)
      get = { [array] index in
        array[
          reading == .everyStep ? index[.steps] ?? 0 : 0, index[.sequences] ?? 0,
          index[.classes] ?? 0]
      }
    }
    var indices: [[Axis: Int]] = [[:]]
    for axis in output.axes.flatMap({ $0 }) {
      indices = indices.flatMap { index in
        (0..<(sizes[axis] ?? 1)).map { index.merging([axis: $0]) { $1 } }
      }
    }
    return indices.map(get)
  }
}
