// The activation functions: their formulas, their slopes, and their behaviour far out.

import LSTMCore
import TestSupport
import Testing

/// One value of an activation, computed by hand.
struct KnownValue: Sendable, CustomTestStringConvertible {
  let activation: Activation<Double>
  let x: Double
  let value: Double
  init(_ activation: Activation<Double>, _ x: Double, _ value: Double) {
    (self.activation, self.x, self.value) = (activation, x, value)
  }
  var testDescription: String { "\(activation.kind.rawValue)(\(x)) = \(value)" }

  static let all: [KnownValue] = [
    .init(.sigmoid, 0, 0.5), .init(.sigmoid, 1, 0.731_058_578_630_004_9),
    .init(.sigmoid, -1, 0.268_941_421_369_995_1), .init(.tanh, 0.5, 0.462_117_157_260_009_8),
    .init(.identity, -3.25, -3.25),
    .init(.init(.relu), -2, 0), .init(.init(.relu), 2, 2),
    .init(.init(.affine), -2, -2), .init(.init(.affine, alpha: 3, beta: 0.5), -2, -5.5),
    .init(.init(.leakyRelu), -2, -0.02), .init(.init(.leakyRelu), 2, 2),
    .init(.init(.leakyRelu, alpha: 0.5), -2, -1),
    .init(.init(.thresholdedRelu), 0.75, 0), .init(.init(.thresholdedRelu), 1, 1),
    .init(.init(.thresholdedRelu, alpha: -1), -0.5, -0.5),
    .init(.init(.scaledTanh), 0.5, 0.462_117_157_260_009_8),
    .init(.init(.scaledTanh, alpha: 2, beta: 0.5), 1, 0.924_234_314_520_019_6),
    .init(.init(.hardSigmoid), 1, 0.7), .init(.init(.hardSigmoid), 2.5, 1),
    .init(.init(.hardSigmoid), 3, 1), .init(.init(.hardSigmoid), -3, 0),
    .init(.init(.hardSigmoid, alpha: 1, beta: 0.25), 0.5, 0.75),
    .init(.init(.elu), 2, 2), .init(.init(.elu), -1, -0.632_120_558_828_557_7),
    .init(.init(.elu, alpha: 0.5), -1, -0.316_060_279_414_278_8),
    .init(.init(.softsign), 3, 0.75), .init(.init(.softsign), -1, -0.5),
    .init(.init(.softplus), 0, 0.693_147_180_559_945_3),
    .init(.init(.softplus), 1, 1.313_261_687_518_222_8),
  ]
}

@Suite("Activations")
struct ActivationTests {
  @Test("The value is the formula's", arguments: KnownValue.all)
  func values(known: KnownValue) {
    // One rounding of the last digit or two.
    expectClose("value", known.activation(known.x), known.value, within: .relative(4e-16))
  }

  @Test("Every function has a known value", arguments: Activation<Double>.Kind.allCases)
  func complete(kind: Activation<Double>.Kind) {
    #expect(KnownValue.all.contains { $0.activation.kind == kind })
  }

  @Test("The slope equals finite differences", arguments: Activation<Double>.Kind.allCases)
  func slopes(kind: Activation<Double>.Kind) {
    for activation in [Activation<Double>(kind), .sample(kind)] {
      for x in stride(from: -4.05, through: 4.05, by: 0.1)
      where activation.kinks.allSatisfy({ abs($0 - x) > kinkMargin }) {
        let found = activation.derivative(at: x, value: activation(x))
        let expected = slope(at: x) { activation($0) }
        // The differences are good to 1e-11.
        expectClose("slope at \(x)", found, expected, within: .absolute(1e-9))
      }
    }
  }

  @Test("At a kink the slope is the one to the right")
  func slopesAtKinks() {
    let cases: [(Activation<Double>, Double, Double)] = [
      (.init(.relu), 0, 1), (.init(.leakyRelu), 0, 1), (.init(.thresholdedRelu), 1, 1),
      (.init(.elu, alpha: 0.5), 0, 1), (.init(.hardSigmoid, alpha: 0.5, beta: 0.5), -1, 0.5),
      (.init(.hardSigmoid, alpha: 0.5, beta: 0.5), 1, 0),
    ]
    for (activation, x, slope) in cases {
      #expect(activation.derivative(at: x, value: activation(x)) == slope, "\(activation.kind)")
    }
  }

  @Test(
    "Nothing overflows where the value itself is not large",
    arguments: Activation<Double>.Kind.allCases, [-1000.0, -800, 800, 1000])
  func farOut(kind: Activation<Double>.Kind, x: Double) {
    let value = Activation<Double>(kind)(x)
    #expect(value.isFinite)
    #expect(Activation<Double>(kind).derivative(at: x, value: value).isFinite)
    let single = Activation<Float>(Activation<Float>.Kind(rawValue: kind.rawValue) ?? .tanh)
    #expect(single(Float(x)).isFinite)
  }

  @Test("The sigmoid far out is its limit, never NaN")
  func sigmoidFarOut() {
    #expect(Activation<Double>.sigmoid(1000) == 1)
    #expect(Activation<Double>.sigmoid(-1000) == 0)
    #expect(Activation<Double>.sigmoid(-800) == 0)
    // e^-700 is still a number, and so the sigmoid there is not zero.
    expectClose(
      "σ(-700) / e^-700", Activation<Double>.sigmoid(-700) / .exp(-700), 1.0,
      within: .absolute(1e-15))
    #expect(Activation<Double>.sigmoid(.infinity) == 1)
    #expect(Activation<Double>.sigmoid(-.infinity) == 0)
    #expect(Activation<Double>(.softplus)(1000) == 1000)
    #expect(Activation<Double>(.softplus)(-1000) == 0)
  }

  @Test("σ(-x) = 1 - σ(x), and tanh, softsign and scaled tanh are odd")
  func symmetry() {
    for x in stride(from: 0.0, through: 40, by: 0.37) {
      let sigmoid = Activation<Double>.sigmoid
      expectClose("σ(-\(x))", sigmoid(-x), 1 - sigmoid(x), within: .absolute(2e-16))
      for odd in [Activation<Double>.tanh, .init(.softsign), .sample(.scaledTanh)] {
        #expect(odd(-x) == -odd(x))
      }
    }
  }

  @Test("Only the two sigmoids promise values between 0 and 1, and they keep the promise")
  func range() {
    for kind in Activation<Double>.Kind.allCases {
      let activation = Activation<Double>.sample(kind)
      #expect(activation.isBetweenZeroAndOne == [.sigmoid, .hardSigmoid].contains(kind))
      guard activation.isBetweenZeroAndOne else { continue }
      let points = stride(from: -50.0, through: 50, by: 0.5)
      #expect(points.allSatisfy { (0...1).contains(activation($0)) })
    }
  }

  @Test("Parameters that a function does not have are not kept")
  func unusedParameters() {
    #expect(Activation<Double>(.tanh, alpha: 3, beta: 4) == .tanh)
    #expect(Activation<Double>(.elu, alpha: 3, beta: 4) == .init(.elu, alpha: 3))
  }

  @Test("Another precision is the same function", arguments: Activation<Double>.Kind.allCases)
  func map(kind: Activation<Double>.Kind) {
    let activation = Activation<Float>(Activation<Double>.sample(kind))
    #expect(activation.kind.rawValue == kind.rawValue)
    #expect(Double(activation.alpha) == Activation<Double>.sample(kind).alpha)
    #expect(Double(activation.beta) == Activation<Double>.sample(kind).beta)
  }
}
