// What a trained network does with its memory, in numbers: which gates always stand at one end, and
// how far back a gradient reaches.

import LSTMCore

/// What a network does with its memory on a stretch of text.
public struct MemoryReport: Equatable, Sendable {
  /// A gate of a layer whose units mostly stand at one end.
  public struct Saturation: Equatable, Sendable {
    /// Layers count from 0.
    public let layer: Int
    /// The gate.
    public let gate: Gate
    /// Whether it stands open, above 0.99, or shut, below 0.01.
    public let isOpen: Bool
    /// The part of the units that do so at almost every step.
    public let part: Double
  }

  /// Saturations of at least a quarter of a layer's units.
  public let saturations: [Saturation]
  /// How many steps back the last step's loss has a gradient of at least a hundredth of that at the
  /// last step itself.
  public let gradientReach: Int
  /// How many steps were looked at.
  public let steps: Int

  /// The part of the steps at which a unit has to stand at one end.
  private static let almostAlways = 0.95

  /// Looks at a network.
  ///
  /// - Parameters:
  ///   - network: reads tokens, and has a head at every step.
  ///   - ids: what it reads, at least two tokens.
  /// - Throws: `NetworkError`, and `EngineError` where the network cannot be gone back through.
  public init(_ network: LSTMNetwork<Float>, ids: [Int]) throws {
    steps = ids.count - 1
    let read = NetworkInput<Float>.tokens(ids: Array(ids.dropLast()), steps: steps, batch: 1)
    let output = try InferenceEngine(network).run(RunRequest(read, recording: .cells))
    saturations = output.cells.flatMap { record in
      Gate.withPeephole.flatMap { gate in
        Self.saturations(record, gate)
      }
    }
    gradientReach = try Self.reach(network, ids)
  }

  private static func saturations(_ record: CellRecord<Float>, _ gate: Gate) -> [Saturation] {
    let values = record.gates[gate]
    let (steps, units) = (values.planes, values.columns)
    let needed = Int((almostAlways * Double(steps)).rounded(.up))
    var (open, shut) = (0, 0)
    for unit in 0..<units {
      var (above, below) = (0, 0)
      for step in 0..<steps {
        let value = values[step, 0, unit]
        if value > 0.99 { above += 1 }
        if value < 0.01 { below += 1 }
      }
      if above >= needed { open += 1 }
      if below >= needed { shut += 1 }
    }
    return [(true, open), (false, shut)].compactMap { isOpen, count in
      let part = Double(count) / Double(max(1, units))
      return part < 0.25
        ? nil : Saturation(layer: record.layer, gate: gate, isOpen: isOpen, part: part)
    }
  }

  /// The gradient of the last step's loss by what each step read.
  private static func reach(_ network: LSTMNetwork<Float>, _ ids: [Int]) throws -> Int {
    let steps = ids.count - 1
    guard let head = network.head, let front = network.front, head.source == .everyStep else {
      return 0
    }
    let rows = ids.dropLast().flatMap { front.row($0) }
    let bare = try LSTMNetwork(layers: network.layers, head: head)
    let trainer = try NetworkTrainer(bare, batch: 1)
    var targets = [Int](repeating: -1, count: steps)
    targets[steps - 1] = ids[steps]
    let input = Array3(planes: steps, rows: 1, columns: network.inputSize, values: rows)
    let gradients = try trainer.gradients(RunRequest(.values(input)), .classes(targets)).gradients
    guard let slopes = gradients.input else { return 0 }
    func norm(_ step: Int) -> Double {
      slopes.row(step, 0).withUnsafeBufferPointer { GradientClipping.sumOfSquares($0) }.squareRoot()
    }
    let least = norm(steps - 1) / 100
    return (0..<steps).first { norm($0) >= least && norm($0) > 0 }.map { steps - $0 } ?? 0
  }
}

extension NetworkFront<Float> {
  /// What a token becomes.
  fileprivate func row(_ id: Int) -> [Float] {
    switch self {
    case .embedding(let matrix): Array(matrix.row(id))
    case .oneHot(let size): (0..<size).map { $0 == id ? 1 : 0 }
    }
  }
}

extension MemoryReport {
  /// The report in words.
  ///
  /// - Parameter window: the steps through which training goes back.
  public func words(window: Int) -> [String] {
    let saturated = saturations.map { one in
      let part = "\(Int((100 * one.part).rounded())) %"
      let place = "\(part) of layer \(one.layer + 1)'s \(one.gate.rawValue) gates stay"
      return switch (one.gate, one.isOpen) {
      case (.forget, true):
        "\(place) above 0.99: that memory never clears. Try a smaller forget bias."
      case (.forget, false):
        "\(place) below 0.01: those units remember nothing. Try a larger forget bias."
      case (.input, true): "\(place) above 0.99: everything is written to memory."
      case (.input, false): "\(place) below 0.01: those units take in nothing. Try fewer units."
      case (_, true): "\(place) above 0.99: everything in memory is shown."
      case (_, false): "\(place) below 0.01: those units are never read. Try fewer units."
      }
    }
    let reaches =
      "The gradient reaches back \(gradientReach) of \(steps) steps"
      + (gradientReach >= window
        ? ": more than the \(window) steps of training; longer sequences may help." : ".")
    return saturated + [reaches]
  }
}
