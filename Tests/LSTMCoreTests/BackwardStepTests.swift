// The backward step against finite differences: every parameter, x, h and c of every kind of cell.

import LSTMCore
import TestSupport
import Testing

@Suite("The backward step")
struct BackwardStepTests {
  /// What is asked of a gradient, as part of the largest number in its array. The differences
  /// themselves are good to about 1e-11 (see `differenceStep`).
  static let tolerance = Tolerance.ofLargest(1e-7)

  /// The loss whose gradient by h(t) and c(t) is the sample's.
  private static func loss(_ sample: RandomCell, _ cell: ReadableCell<Double>) throws -> Double {
    let step = try cell.step(input: sample.input, hidden: sample.hidden, cell: sample.state)
    let shown = zip(sample.hiddenGradient, step.newHidden).map(*).reduce(0, +)
    return shown + zip(sample.cellGradient, step.newCell).map(*).reduce(0, +)
  }

  private static func gradients(_ sample: RandomCell) throws -> CellGradients<Double> {
    try sample.cell.backward(
      through: sample.step(), hiddenGradient: sample.hiddenGradient,
      cellGradient: sample.cellGradient)
  }

  @Test("Parameter gradients equal finite differences", arguments: RandomCellCase.all)
  func parameters(kind: RandomCellCase) throws {
    let sample = try kind.make()
    let gradients = try Self.gradients(sample).parameters
    for tensor in ParameterTensor.all {
      var parameters = sample.cell.parameters
      let point = parameters[keyPath: tensor.path]
      let places = LongTests.sample(of: point.indices, every: 3)
      let expected = try gradient(at: point, places: places) {
        parameters[keyPath: tensor.path] = $0
        return try Self.loss(sample, ReadableCell(parameters: parameters, variant: kind.variant))
      }
      let found = gradients[keyPath: tensor.path]
      #expect(found.count == point.count)
      expectClose(tensor.name, places.map { found[$0] }, expected, within: Self.tolerance)
    }
  }

  @Test("Gradients by x, h and c equal finite differences", arguments: RandomCellCase.all)
  func inputs(kind: RandomCellCase) throws {
    let sample = try kind.make()
    let gradients = try Self.gradients(sample)
    let places: [(String, WritableKeyPath<RandomCell, [Double]>, [Double])] = [
      ("x(t)", \.input, gradients.input), ("h(t-1)", \.hidden, gradients.hidden),
      ("c(t-1)", \.state, gradients.cell),
    ]
    for (name, path, found) in places {
      let expected = try gradient(at: sample[keyPath: path]) {
        var moved = sample
        moved[keyPath: path] = $0
        return try Self.loss(moved, sample.cell)
      }
      expectClose(name, found, expected, within: Self.tolerance)
    }
  }

  @Test("A gate that is pinned or coupled learns nothing", arguments: RandomCellCase.all)
  func unreadGates(kind: RandomCellCase) throws {
    let sample = try kind.make()
    let gradients = try Self.gradients(sample).parameters
    for tensor in ParameterTensor.all {
      let numbers = gradients[keyPath: tensor.path]
      guard let gate = tensor.gate, !numbers.isEmpty else { continue }
      let isRead = kind.variant.source(of: gate) == .weights
      #expect(numbers.contains { $0 != 0 } == isRead, "\(tensor.name)")
    }
  }

  @Test(
    "The numbers keep their distance from every kink, on both sides of it",
    arguments: RandomCellCase.all)
  func margins(kind: RandomCellCase) throws {
    for corner in try kind.corners(of: kind.make()) {
      let distance = corner.values.map { abs($0 - corner.point) }.min() ?? 0
      #expect(distance > kinkMargin, "\(corner.place) at \(corner.point)")
      #expect(corner.values.contains { $0 < corner.point }, "\(corner.place) at \(corner.point)")
      #expect(corner.values.contains { $0 > corner.point }, "\(corner.place) at \(corner.point)")
    }
  }

  @Test("No two kinds of random cell have the same name")
  func names() {
    #expect(Set(RandomCellCase.all.map(\.name)).count == RandomCellCase.all.count)
  }

  @Test("Gradients of a linear loss add up: twice the gradient in, twice the gradient out")
  func linearity() throws {
    let sample = try RandomCellCase("linear").make()
    var doubled = sample
    doubled.hiddenGradient = sample.hiddenGradient.map { 2 * $0 }
    doubled.cellGradient = sample.cellGradient.map { 2 * $0 }
    // Doubling is exact in binary, so nothing may differ.
    #expect(
      try Self.gradients(doubled).parameters.gates.forget.inputWeights
        == Self.gradients(sample).parameters.gates.forget.inputWeights.map { 2 * $0 })
  }

  @Test("Without gradients coming in, none goes out", arguments: RandomCellCase.all)
  func zeros(kind: RandomCellCase) throws {
    var sample = try kind.make()
    sample.hiddenGradient = sample.hiddenGradient.map { _ in 0 }
    sample.cellGradient = sample.cellGradient.map { _ in 0 }
    let gradients = try Self.gradients(sample)
    #expect(gradients.parameters == sample.cell.parameters.zeros)
    #expect((gradients.input + gradients.hidden + gradients.cell).allSatisfy { $0 == 0 })
  }

  @Test("In Float the gradients are those in Double", arguments: RandomCellCase.all)
  func precision(kind: RandomCellCase) throws {
    let sample = try kind.make()
    let cell = try ReadableCell<Float>(sample.cell)
    func float(_ values: [Double]) -> [Float] { values.map { Float($0) } }
    let gradients = try cell.backward(
      through: cell.step(
        input: float(sample.input), hidden: float(sample.hidden), cell: float(sample.state)),
      hiddenGradient: float(sample.hiddenGradient), cellGradient: float(sample.cellGradient)
    ).parameters
    let found = try CellParameters<Double>(gradients)
    let expected = try Self.gradients(sample).parameters
    for tensor in ParameterTensor.all {
      // Some ten roundings of 6e-8 each.
      expectClose(
        tensor.name, found[keyPath: tensor.path], expected[keyPath: tensor.path],
        within: .relative(2e-6))
    }
  }
}
