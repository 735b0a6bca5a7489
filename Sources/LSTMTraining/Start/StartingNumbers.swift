// The numbers that a network starts from, drawn array after array.

import LSTMCore
import RealModule

/// Draws the numbers of a network.
struct StartingNumbers {
  private var generator: SplitMix64

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  private mutating func uniform(_ count: Int, _ bound: Double) -> [Double] {
    (0..<count).map { _ in bound * (2 * generator.nextUnit() - 1) }
  }

  private mutating func uniform(_ rows: Int, _ columns: Int, _ bound: Double) -> Matrix<Double> {
    Matrix(rows: rows, columns: columns, values: uniform(rows * columns, bound))
  }

  mutating func embedding(_ tokens: Int, _ size: Int, _ weights: NetworkStart.Weights)
    -> Matrix<Double>
  {
    guard weights == .pytorch else { return uniform(tokens, size, 0.05) }
    return Matrix(
      rows: tokens, columns: size, values: (0..<tokens * size).map { _ in generator.nextNormal() })
  }

  mutating func head(_ outputs: Int, _ inputs: Int, _ weights: NetworkStart.Weights)
    -> (Matrix<Double>, [Double])
  {
    guard weights == .pytorch else {
      return (
        uniform(outputs, inputs, (6 / Double(inputs + outputs)).squareRoot()),
        [Double](repeating: 0, count: outputs)
      )
    }
    let bound = 1 / Double(inputs).squareRoot()
    return (uniform(outputs, inputs, bound), uniform(outputs, bound))
  }

  /// The parameters of a cell.
  mutating func cell(
    _ inputs: Int, _ hidden: Int, hasPeepholes: Bool, _ start: NetworkStart
  ) throws -> CellParameters<Double> {
    let narrow = 1 / Double(hidden).squareRoot()
    let isPyTorch = start.weights == .pytorch
    let together = start.weights == .keras ? orthonormalRows(hidden, 4 * hidden) : nil
    func gate(_ gate: Gate, _ place: Int) -> GateParameters<Double> {
      let bound = isPyTorch ? narrow : (6 / Double(inputs + 4 * hidden)).squareRoot()
      let input = uniform(hidden, inputs, bound)
      let recurrent: Matrix<Double>
      if let together {
        recurrent = Matrix(
          rows: hidden, columns: hidden,
          values: (0..<hidden).flatMap { unit in
            (0..<hidden).map { together[$0, place * hidden + unit] }
          })
      } else {
        recurrent = isPyTorch ? uniform(hidden, hidden, narrow) : orthonormalRows(hidden, hidden)
      }
      let constant = [Double](repeating: gate == .forget ? 1 : 0, count: hidden)
      return GateParameters(
        inputWeights: input, hiddenWeights: recurrent,
        bias: isPyTorch ? uniform(hidden, narrow) : constant,
        recurrentBias: isPyTorch ? uniform(hidden, narrow) : nil,
        peephole: hasPeepholes && gate != .candidate ? uniform(hidden, narrow) : nil)
    }
    var place = -1
    var parameters = try CellParameters(
      gates: PerGate {
        place += 1
        return gate($0, place)
      })
    setBiases(&parameters, start)
    return parameters
  }

  /// Biases that are not drawn as the weights are.
  private mutating func setBiases(_ parameters: inout CellParameters<Double>, _ start: NetworkStart)
  {
    var forget = start.forgetBias.map { [Double](repeating: $0, count: parameters.hiddenSize) }
    var input: [Double]?
    if let steps = start.chronoSteps {
      let logarithms = (0..<parameters.hiddenSize).map { _ in
        Double.log(1 + Double(max(2, steps) - 2) * generator.nextUnit())
      }
      (forget, input) = (logarithms, logarithms.map { -$0 })
    }
    parameters.updateEachParameter { name, values in
      let bias: [Double]?
      switch name {
      case .bias(.forget): bias = forget
      case .bias(.input): bias = input
      case .recurrentBias(.forget): bias = forget.map { $0.map { _ in 0 } }
      case .recurrentBias(.input): bias = input.map { $0.map { _ in 0 } }
      default: bias = nil
      }
      if let bias { for index in values.indices { values[index] = bias[index] } }
    }
  }

  /// A matrix whose rows are orthogonal and of length 1: normal draws, made so by the method of Gram
  /// and Schmidt, each row twice so that nothing is left of the others.
  private mutating func orthonormalRows(_ rows: Int, _ columns: Int) -> Matrix<Double> {
    var values = (0..<rows * columns).map { _ in generator.nextNormal() }
    values.withUnsafeMutableBufferPointer { values in
      for row in 0..<rows {
        let this = values.baseAddress.map { $0 + row * columns }
        guard let this, let base = values.baseAddress else { return }
        for _ in 0..<2 {
          for earlier in 0..<row {
            let other = base + earlier * columns
            var product = 0.0
            for column in 0..<columns { product += this[column] * other[column] }
            for column in 0..<columns { this[column] -= product * other[column] }
          }
        }
        var square = 0.0
        for column in 0..<columns { square += this[column] * this[column] }
        let length = square.squareRoot()
        for column in 0..<columns { this[column] /= length }
      }
    }
    return Matrix(rows: rows, columns: columns, values: values)
  }
}
