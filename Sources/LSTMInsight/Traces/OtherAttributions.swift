// What other methods say of the same output, beside the parts that add up: what people know from Captum.

import LSTMCore

/// An output's parts by step, by the usual methods.
public struct OtherAttributions: Equatable, Sendable {
  /// The gradient times the input, `[T]`.
  public let gradientTimesInput: [Double]
  /// The gradient times the input, averaged over inputs from zeros to the one at hand (Sundararajan, Taly
  /// and Yan 2017), `[T]`; nil of a network that reads tokens, whose embeddings have no zero.
  public let integratedGradients: [Double]?
  /// What integrated gradients lack to the difference of the output to that of zeros; nil likewise.
  public let completenessGap: Double?
  /// How much less the output is where all that a step reads is zero, `[T]`.
  public let occlusion: [Double]

  /// How many inputs between zeros and the one at hand are averaged over, by the midpoint rule.
  public static let integrationSteps = 32

  /// Tries the methods; runs the model once for each step and each of ``integrationSteps``.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - request: the run.
  ///   - attribution: the output that is meant.
  /// - Throws: `NetworkError`, `TraceError`, ``AttributionError``.
  public init(_ model: LSTMModel, _ request: RunRequest<Double>, of attribution: Attribution) throws
  {
    let (target, step, sequence) = (attribution.target, attribution.step, attribution.sequence)
    // Every run below is of the same network in Double, which is made of the model's numbers once.
    var model = model
    model.network = model.network
    func gradient(_ trace: RunTrace<Double>) throws -> OutputGradient {
      try OutputGradient(
        trace, target: target, step: trace.readsEveryStep ? step : nil, sequence: sequence)
    }
    func value(_ trace: RunTrace<Double>) throws -> Double {
      try Attribution.Reading(trace, target, trace.readsEveryStep ? step : nil, sequence).value
    }
    func sums(_ rows: [[Double]]) -> [Double] { rows.map { $0.reduce(0, +) } }
    let trace = try model.trace(request)
    let whole = try value(trace)
    gradientTimesInput = sums(try gradient(trace).timesInput)
    if case .values(let input) = request.input, model.mask == nil {
      var total = [Double](repeating: 0, count: trace.steps)
      func scaled(_ factor: Double) throws -> RunTrace<Double> {
        var request = request
        request.input = .values(
          Array3(
            planes: input.planes, rows: input.rows, columns: input.columns,
            values: input.values.map { $0 * factor }))
        return try model.trace(request)
      }
      for index in 0..<Self.integrationSteps {
        let share = (Double(index) + 0.5) / Double(Self.integrationSteps)
        let gradient = try gradient(scaled(share)).input
        for time in total.indices {
          let row = input.row(time, sequence)
          total[time] += zip(gradient[time], row).reduce(0) { $0 + $1.0 * $1.1 }
        }
      }
      let parts = total.map { $0 / Double(Self.integrationSteps) }
      integratedGradients = parts
      completenessGap =
        whole - (try value(scaled(0))) - parts.reduce(0, +)
    } else {
      (integratedGradients, completenessGap) = (nil, nil)
    }
    let first = Direction.allCases.filter { trace.network.layers[0].directions.contains($0) }
    occlusion = try (0..<trace.steps).map { time in
      guard trace.order(0, sequence: sequence).contains(time) else { return 0 }
      var request = request
      for direction in first {
        request.holds.append(
          Hold(
            TraceAddress(layer: 0, direction, .input).at(step: time), at: 0,
            sequences: IndexChoice(sequence)))
      }
      return whole - (try value(model.trace(request)))
    }
  }
}
