// Gradients without calculus: what backward passes are held against.

import LSTMCore

/// The step to either side that a difference takes.
///
/// With four points the error of the formula is of the order of step⁴ = 1e-16, that of rounding
/// 2e-16 / step = 2e-12: both far below the 1e-7 that is asked of a gradient. No number of a
/// ``RandomCellCase`` comes so near a kink that two steps reach it.
public let differenceStep = 1e-4

/// The slope of a function by central differences of fourth order (Fornberg 1988, table 1).
public func slope(at x: Double, of function: (Double) throws -> Double) rethrows -> Double {
  let step = differenceStep
  let near = try function(x + step) - function(x - step)
  let far = try function(x + 2 * step) - function(x - 2 * step)
  return (8 * near - far) / (12 * step)
}

/// The gradient of a function of several numbers, each moved by itself; by some of them only where
/// `places` says so.
public func gradient(
  at point: [Double], places: [Int]? = nil, of function: ([Double]) throws -> Double
) rethrows -> [Double] {
  try (places ?? Array(point.indices)).map { index in
    var moved = point
    return try slope(at: point[index]) {
      moved[index] = $0
      return try function(moved)
    }
  }
}

/// One array of a cell's parameters: its name and the way to it.
public struct ParameterTensor {
  /// "forget.hiddenWeights".
  public let name: String
  /// The gate it belongs to; nil for the projection.
  public let gate: Gate?
  /// The way to its numbers, row after row; empty where the cell lacks this array.
  public let path: WritableKeyPath<CellParameters<Double>, [Double]>

  /// Every array that a cell may have.
  public static var all: [ParameterTensor] {
    Gate.allCases.flatMap { gate in
      [
        ParameterTensor(
          name: "\(gate).inputWeights", gate: gate, path: \.gates[gate].inputWeights.values),
        ParameterTensor(
          name: "\(gate).hiddenWeights", gate: gate, path: \.gates[gate].hiddenWeights.values),
        ParameterTensor(name: "\(gate).bias", gate: gate, path: \.gates[gate].bias),
        ParameterTensor(
          name: "\(gate).recurrentBias", gate: gate, path: \.gates[gate].recurrentBiasOrEmpty),
        ParameterTensor(name: "\(gate).peephole", gate: gate, path: \.gates[gate].peepholeOrEmpty),
      ]
    } + [ParameterTensor(name: "projection", gate: nil, path: \.projectionOrEmpty)]
  }
}

extension GateParameters {
  fileprivate var recurrentBiasOrEmpty: [Scalar] {
    get { recurrentBias ?? [] }
    set { if recurrentBias != nil { recurrentBias = newValue } }
  }

  fileprivate var peepholeOrEmpty: [Scalar] {
    get { peephole ?? [] }
    set { if peephole != nil { peephole = newValue } }
  }
}

extension CellParameters {
  fileprivate var projectionOrEmpty: [Scalar] {
    get { projection?.values ?? [] }
    set { projection?.values = newValue }
  }
}
