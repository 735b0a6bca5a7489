// The one walk over everything a network has learned, and the flat block in its order.

import LSTMCore
import TestSupport
import Testing

@Suite("The walk over parameters")
struct ParameterWalkTests {
  /// Two layers, one of two directions, a projection, peepholes, second biases, both ends.
  static func network() throws -> LSTMNetwork<Float> {
    var generator = SplitMix64(seed: 3)
    func numbers(_ count: Int) -> [Double] { (0..<count).map { _ in generator.nextNormal() } }
    func cell(_ inputs: Int, _ units: Int, _ projected: Int?, peepholes: Bool) throws
      -> ReadableCell<Double>
    {
      ReadableCell(
        parameters: try CellParameters(
          gates: PerGate { gate in
            GateParameters(
              inputWeights: Matrix(rows: units, columns: inputs, values: numbers(units * inputs)),
              hiddenWeights: Matrix(
                rows: units, columns: projected ?? units,
                values: numbers(units * (projected ?? units))),
              bias: numbers(units), recurrentBias: numbers(units),
              peephole: peepholes && gate != .candidate ? numbers(units) : nil)
          },
          projection: projected.map {
            Matrix(rows: $0, columns: units, values: numbers($0 * units))
          }))
    }
    return try LSTMNetwork<Float>(
      LSTMNetwork<Double>(
        front: .embedding(Matrix(rows: 5, columns: 3, values: numbers(15))),
        layers: [
          NetworkLayer(
            forward: try cell(3, 4, 2, peepholes: true),
            reverse: try cell(3, 4, nil, peepholes: false)),
          NetworkLayer(reverse: try cell(6, 3, nil, peepholes: true)),
        ],
        head: LinearHead(weights: Matrix(rows: 2, columns: 3, values: numbers(6)), bias: [1, -1])))
  }

  @Test("Every learned number is met once, by name, and as many as are counted")
  func names() throws {
    let network = try Self.network()
    var names: [ParameterName] = []
    var count = 0
    network.forEachParameter { name, shape, values in
      names.append(name)
      #expect(shape.reduce(1, *) == values.count)
      count += values.count
    }
    #expect(Set(names).count == names.count)
    #expect(count == network.parameterCount().total)
    #expect(names.first == .embedding && names.last == .headBias)
    #expect(names.contains(.cell(layer: 0, .forward, .projection)))
    #expect(names.contains(.cell(layer: 1, .reverse, .peephole(.output))))
    #expect(!names.contains(.cell(layer: 1, .reverse, .peephole(.candidate))))
    #expect(
      "\(ParameterName.cell(layer: 1, .reverse, .bias(.forget)))"
        == "layer 2, reverse: the forget gate's bias")
  }

  @Test("A block holds the numbers in the order of the walk, and gives them back")
  func block() throws {
    let network = try Self.network()
    let block = ParameterBlock(network)
    #expect(block.values.count == block.layout.count)
    for entry in block.layout.entries {
      #expect(block.layout[entry.name] == entry)
      #expect(block[entry.name]?.count == entry.shape.reduce(1, *))
    }
    #expect(
      block[.cell(layer: 1, .reverse, .hiddenWeights(.input))].map { Array($0) }
        == network.layers[1].reverse?.parameters.gates.input.hiddenWeights.values)
    #expect(block[.cell(layer: 7, .forward, .projection)] == nil)
    var other = network
    other.updateEachParameter { _, values in values.update(repeating: 0) }
    #expect(ParameterBlock(other).norm() == 0)
    block.write(to: &other)
    #expect(other == network)
  }

  @Test("An update in place leaves every array where it is: nothing is copied")
  func inPlace() throws {
    var network = try Self.network()
    func addresses(_ network: inout LSTMNetwork<Float>) -> [UnsafeMutablePointer<Float>?] {
      var found: [UnsafeMutablePointer<Float>?] = []
      network.updateEachParameter { _, values in
        found.append(values.baseAddress)
        for index in values.indices { values[index] += 1 }
      }
      return found
    }
    // The first walk parts the arrays from those that others hold.
    let first = addresses(&network)
    #expect(first == addresses(&network))
    let (before, after) = (try ParameterBlock(Self.network()), ParameterBlock(network))
    #expect(zip(before.values, after.values).allSatisfy { ($0 + 1) + 1 == $1 })
  }
}
