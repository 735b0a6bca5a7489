// A random cell of every kind: the table that property tests and gradient checks go through, and
// that anything faster than the readable cell will be compared on.

import LSTMCore
import Testing

/// One kind of cell, by name. ``make()`` draws its numbers.
public struct RandomCellCase: Sendable, CustomTestStringConvertible {
  /// What is special about the cell.
  public let name: String
  /// Its sizes and which parameters it has.
  public var shape = CellShape(inputSize: 3, hiddenSize: 4)
  /// Its settings.
  public var variant = CellVariant<Double>()

  /// The name: what a test report shows.
  public var testDescription: String { name }

  /// Makes a case: the usual cell of four units, changed as told.
  public init(_ name: String, _ change: (inout RandomCellCase) -> Void = { _ in }) {
    self.name = name
    change(&self)
  }

  /// Every case.
  public static let all: [RandomCellCase] =
    parameters + clips + pins + activations + named + combinations

  private static let parameters = [
    RandomCellCase("one bias"),
    RandomCellCase("two biases") { $0.shape.hasRecurrentBias = true },
    RandomCellCase("peepholes") { $0.shape.hasPeepholes = true },
    RandomCellCase("projection") { $0.shape.projectionSize = 2 },
    RandomCellCase("projection as wide as the cell") { $0.shape.projectionSize = 4 },
    RandomCellCase("one input, one unit") { $0.shape = CellShape(inputSize: 1, hiddenSize: 1) },
    RandomCellCase("more inputs than units") {
      $0.shape = CellShape(inputSize: 7, hiddenSize: 2, hasPeepholes: true)
    },
  ]

  private static let clips = [
    RandomCellCase("clip") { $0.variant.clip = 0.75 },
    RandomCellCase("clip and peepholes") {
      $0.variant.clip = 0.75
      $0.shape.hasPeepholes = true
    },
    RandomCellCase("cell clip") { $0.variant.cellClip = 0.5 },
    RandomCellCase("cell clip and peepholes") {
      $0.variant.cellClip = 0.5
      $0.shape.hasPeepholes = true
    },
    RandomCellCase("projection clip") {
      $0.shape.projectionSize = 3
      $0.variant.projectionClip = 0.125
    },
  ]

  private static let pins =
    Gate.allCases.map { gate in
      RandomCellCase("\(gate) pinned") {
        $0.variant.pinned[gate] = gate == .candidate ? -0.5 : 0.25
      }
    } + [
      RandomCellCase("forget from input") { $0.variant.coupling = .forgetFromInput },
      RandomCellCase("input from forget") { $0.variant.coupling = .inputFromForget },
      RandomCellCase("forget from a pinned input") {
        $0.variant.coupling = .forgetFromInput
        $0.variant.pinned.input = 0.25
      },
      RandomCellCase("a pin outranks the coupling") {
        $0.variant.coupling = .inputFromForget
        $0.variant.pinned.input = 0.625
      },
    ]

  private static let activations = Activation<Double>.Kind.allCases.flatMap { kind in
    let activation = Activation<Double>.sample(kind)
    return [
      RandomCellCase("gates \(kind.rawValue)") { sample in
        for gate in Gate.scaling { sample.variant.activations[gate] = activation }
      },
      RandomCellCase("candidate \(kind.rawValue)") {
        $0.variant.activations.candidate = activation
      },
      RandomCellCase("cell \(kind.rawValue)") { $0.variant.cellActivation = activation },
    ]
  }

  private static let named = NamedVariant.allCases.map { variant in
    RandomCellCase("variant \(variant.rawValue)") { $0.variant = variant.settings() }
  }

  private static let combinations =
    CellVariant<Double>.Coupling.allCases.map { coupling in
      RandomCellCase("\(coupling.rawValue), two biases, peepholes, projection, every clip") {
        $0.shape.hasRecurrentBias = true
        $0.shape.hasPeepholes = true
        $0.shape.projectionSize = 3
        $0.variant.coupling = coupling
        $0.variant.clip = 0.75
        $0.variant.cellClip = 0.625
        $0.variant.projectionClip = 0.125
      }
    } + [
      RandomCellCase("1997, peepholes, projection") {
        $0.variant = NamedVariant.original1997.settings()
        $0.shape.hasPeepholes = true
        $0.shape.projectionSize = 2
      },
      RandomCellCase("hard sigmoid gates, softsign, elu, peepholes, clip") { sample in
        sample.shape.hasPeepholes = true
        sample.variant.clip = 1.25
        for gate in Gate.scaling { sample.variant.activations[gate] = .sample(.hardSigmoid) }
        sample.variant.activations.candidate = .sample(.softsign)
        sample.variant.cellActivation = .sample(.elu)
      },
      RandomCellCase("four different gate activations, peepholes, output pinned") {
        $0.shape.hasPeepholes = true
        $0.variant.activations = .init(
          forget: .sample(.affine), input: .sample(.softplus), candidate: .sample(.leakyRelu),
          output: .sample(.scaledTanh))
        $0.variant.pinned.output = 0.75
      },
    ]
}

extension Activation where Scalar == Double {
  /// The function with parameters that are not its defaults.
  public static func sample(_ kind: Kind) -> Activation {
    switch kind {
    case .affine: Activation(kind, alpha: 0.5, beta: 0.25)
    case .leakyRelu: Activation(kind, alpha: 0.125)
    case .thresholdedRelu: Activation(kind, alpha: 0.25)
    case .scaledTanh: Activation(kind, alpha: 1.25, beta: 0.75)
    case .hardSigmoid: Activation(kind, alpha: 1.5, beta: 0.5)
    case .elu: Activation(kind, alpha: 0.75)
    default: Activation(kind)
    }
  }
}
