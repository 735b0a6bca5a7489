// Steps that the tests of pictures and pages show: the founding example and one of each variant.

import LSTMCore
import LSTMInsight
import Synchronization

enum ShownStep: String, CaseIterable {
  case founding, random, peepholes, projection, pinned, coupled, coupledOtherWay, clipped
  case everything, original1997, wide, huge, tiny

  /// The reports of the first two units, which most tests ask for: each is worked out once, for the
  /// wide cell's weights take long to draw.
  private static let usual = Mutex<[ShownStep: StepReport]>([:])

  func report(units: [Int] = [0, 1]) throws -> StepReport {
    guard units == [1, 2] else { return try worked(units) }
    if let known = Self.usual.withLock({ $0[self] }) { return known }
    let report = try worked(units)
    Self.usual.withLock { $0[self] = report }
    return report
  }

  private func worked(_ units: [Int]) throws -> StepReport {
    let sizes: (inputs: Int, hidden: Int) =
      switch self {
      case .founding: (5, 5)
      case .wide: (40, 512)
      case .huge, .tiny: (1, 1)
      default: (2, 4)
      }
    let hasProjection = self == .projection || self == .everything
    let hasPeepholes = [.peepholes, .everything, .coupledOtherWay, .huge, .tiny].contains(self)
    let shape = CellShape(
      inputSize: sizes.inputs, hiddenSize: sizes.hidden, projectionSize: hasProjection ? 3 : nil,
      hasPeepholes: hasPeepholes)
    let parameters = try CellParameters(
      self == .founding ? .identity : .normal(standardDeviation: 0.8), shape: shape, seed: 5)
    let cell = ReadableCell(parameters: parameters, variant: variant)
    return try StepReport(
      cell: cell, given: given(parameters), weights: "drawn & <checked>", units: units)
  }

  private var variant: CellVariant<Double> {
    var variant = CellVariant<Double>()
    switch self {
    case .pinned:
      variant.pinned.input = 1
      variant.pinned.output = 0.25
    case .coupled: variant.coupling = .forgetFromInput
    case .coupledOtherWay: variant.coupling = .inputFromForget
    case .clipped:
      variant.clip = 0.5
      variant.cellClip = 0.25
    case .everything:
      variant.coupling = .forgetFromInput
      variant.clip = 3
      variant.cellClip = 50
      variant.projectionClip = 0.01
      variant.activations.candidate = Activation(.scaledTanh, alpha: 1.7159, beta: 0.6667)
      variant.activations.output = Activation(.hardSigmoid)
      variant.cellActivation = Activation(.thresholdedRelu, alpha: 0.5)
    case .original1997: variant = NamedVariant.original1997.settings()
    case .huge, .tiny:
      variant.activations = .init(all: .identity)
      variant.cellActivation = .identity
    default: break
    }
    return variant
  }

  private func given(_ parameters: CellParameters<Double>) -> StepInput {
    func some(_ count: Int, _ scale: Double) -> [Double] {
      (0..<count).map { scale * (Double(($0 * 7 + 3) % 11) / 5 - 1) }
    }
    switch self {
    case .founding:
      return StepInput(input: [-0.1, 0.3, 0.1, -0.25, 0.1], hidden: [0, 0.5, 0.1, 0.2, 0.6])
    case .huge: return StepInput(input: [-123456.7891], hidden: [123456.7891], cell: [-1e6])
    case .tiny: return StepInput(input: [-1.234e-12], hidden: [1.234e-11], cell: [-1.234e-12])
    default:
      return StepInput(
        input: some(parameters.inputSize, 1), hidden: some(parameters.outputSize, 0.5),
        cell: some(parameters.hiddenSize, -1.5))
    }
  }
}
