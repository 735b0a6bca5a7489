// Are two networks the same? If not, is one the other with its gates in another order, a matrix
// transposed, two biases made one, or the 1 of a forget bias forgotten?

import LSTMCore

/// Two networks, compared part by part.
public struct NetworkComparison: Sendable {
  /// Something in which the two differ, or differ only in form.
  public struct Finding: Equatable, Sendable {
    /// Where: "layer 1, forward", "embedding", "head".
    public let place: String
    /// What makes the second network of the first, by the ids of the catalogue of
    /// mistakes, such as "gate-order:iofg"; empty where nothing known does.
    public let causes: [String]
    /// In words.
    public let text: String
    /// The largest difference of two numbers, as the networks stand; nil where sizes differ.
    public private(set) var largest: Double?
    /// Whether the two still compute the same.
    public let isHarmless: Bool
    /// Whether only outputs that are known to be right can tell which of the two is wrong.
    public internal(set) var isUndecided = false
  }

  /// What was found, in the order of the data.
  public private(set) var findings: [Finding]
  /// The largest difference of two numbers that count as the same.
  public private(set) var largest: Double

  /// Whether both compute the same.
  public var isSame: Bool { findings.allSatisfy(\.isHarmless) }

  /// Compares two networks.
  ///
  /// - Parameters:
  ///   - first: the one that is taken to be right.
  ///   - second: the other.
  ///   - tolerance: how far two numbers may be apart and still be the same, relative to the
  ///     largest of their kind.
  ///   - precision: the narrower type of the two networks' numbers: settings that are the same in
  ///     it are the same, as 0.2 in a description is 0.2 in a file of float32.
  ///   - surroundings: what stands around the two.
  public init(
    _ first: LSTMNetwork<Double>, _ second: LSTMNetwork<Double>, tolerance: Double = 1e-6,
    precision: StoredPrecision = .float64,
    surroundings: (first: NetworkSurroundings, second: NetworkSurroundings) = (.init(), .init())
  ) {
    var largest = 0.0
    var findings = Self.fronts(first, second, tolerance, &largest)
    if let structure = Self.structure(first, second) {
      findings.append(structure)
    } else {
      for (left, right) in zip(first.cells, second.cells) {
        let place = "layer \(left.layer + 1), \(left.direction.rawValue)"
        let cells = CellComparison(
          left.cell, right.cell, tolerance: tolerance, precision: precision)
        if let finding = cells.finding(place: place, &largest) { findings.append(finding) }
      }
    }
    findings += Self.heads(first, second, tolerance, &largest)
    findings += Self.around(surroundings.first, surroundings.second, tolerance, &largest)
    (self.findings, self.largest) = (findings, largest)
  }

  /// Compares two models: their networks and what stands around them.
  ///
  /// - Parameters:
  ///   - first: the one that is taken to be right.
  ///   - second: the other.
  ///   - tolerance: how far two numbers may be apart and still be the same, relative to the
  ///     largest of their kind.
  public init(_ first: LSTMModel, _ second: LSTMModel, tolerance: Double = 1e-6) {
    self.init(
      first.network, second.network, tolerance: tolerance,
      precision: first.precision.fitsFloat ? first.precision : second.precision,
      surroundings: (NetworkSurroundings(first), NetworkSurroundings(second)))
    findings += Self.plainLayers(first, second, tolerance, &largest)
  }

  // MARK: - What stands around the cells

  private static func structure(_ first: LSTMNetwork<Double>, _ second: LSTMNetwork<Double>)
    -> Finding?
  {
    func words(_ network: LSTMNetwork<Double>) -> String {
      network.cells.map { layer, direction, cell in
        let parameters = cell.parameters
        let projection = parameters.projection.map { " -> \($0.rows)" } ?? ""
        return "layer \(layer + 1) \(direction.rawValue) \(parameters.inputSize) -> "
          + "\(parameters.hiddenSize)\(projection)"
      }.joined(separator: ", ")
    }
    let sizes = [words(first), words(second)]
    guard sizes[0] != sizes[1] else { return nil }
    return Finding(
      place: "layers", causes: [], text: "the first has \(sizes[0]); the second \(sizes[1])",
      largest: nil, isHarmless: false)
  }

  private static func fronts(
    _ first: LSTMNetwork<Double>, _ second: LSTMNetwork<Double>, _ tolerance: Double,
    _ apart: inout Double
  ) -> [Finding] {
    func matrix(_ front: NetworkFront<Double>?) -> Matrix<Double>? {
      switch front {
      case .embedding(let matrix): matrix
      case .oneHot(let size): Matrix(identity: size)
      case nil: nil
      }
    }
    return difference(
      "embedding", matrix(first.front), matrix(second.front), tolerance, &apart
    ).map { [$0] } ?? []
  }

  private static func heads(
    _ first: LSTMNetwork<Double>, _ second: LSTMNetwork<Double>, _ tolerance: Double,
    _ apart: inout Double
  ) -> [Finding] {
    func bias(_ head: LinearHead<Double>?) -> Matrix<Double>? {
      head.map { head in
        let bias = head.bias ?? [Double](repeating: 0, count: head.weights.rows)
        return Matrix(rows: 1, columns: bias.count, values: bias)
      }
    }
    var found = [
      difference("head", first.head?.weights, second.head?.weights, tolerance, &apart),
      difference("head's bias", bias(first.head), bias(second.head), tolerance, &apart),
    ]
    guard let left = first.head, let right = second.head else { return found.compactMap { $0 } }
    if left.activation != right.activation {
      let words = [left, right].map { $0.activation.map { "a \($0.rawValue)" } ?? "none" }
      // Logits are the same; a state dict has no place for what follows them.
      found.append(
        Finding(
          place: "head's activation", causes: [],
          text: "the first has \(words[0]), the second \(words[1])", largest: nil,
          isHarmless: left.activation == nil || right.activation == nil))
    }
    if left.source != right.source {
      // One step is among all steps, and so is the final state of a layer that reads forward.
      let isBothWays = first.layers.last?.reverse != nil
      let sources = [left.source, right.source]
      found.append(
        Finding(
          place: "head's reading", causes: [],
          text: "the first reads \(left.source.words), the second \(right.source.words)",
          largest: nil,
          isHarmless: sources.contains(.everyStep)
            && !(isBothWays && sources.contains(.finalState))))
    }
    return found.compactMap { $0 }
  }

  /// The plain layers before the networks and those of heads that are more than one layer.
  private static func plainLayers(
    _ first: LSTMModel, _ second: LSTMModel, _ tolerance: Double, _ apart: inout Double
  ) -> [Finding] {
    let sides = [
      ("before it", [first.frontLayers, second.frontLayers], ["", ""]),
      (
        "head's layers", [first.headLayers?.layers ?? [], second.headLayers?.layers ?? []],
        [first, second].map { model in
          model.headLayers.map {
            "\($0.source.words), \($0.activation?.rawValue ?? "logits"), \($0.addedInputs) added"
          } ?? ""
        }
      ),
    ]
    return sides.compactMap { place, layers, rest in
      func finding(_ text: String, _ largest: Double? = nil) -> Finding {
        Finding(place: place, causes: [], text: text, largest: largest, isHarmless: false)
      }
      let words = layers.map { $0.map(\.words).joined(separator: ", ") }
      guard words[0] == words[1], rest[0] == rest[1] else {
        let shown = zip(words, rest).map { layers, rest in
          [layers, rest].filter { !$0.isEmpty }.joined(separator: "; ")
        }
        return finding(
          "the first has \(shown[0].isEmpty ? "none" : shown[0]), the second "
            + (shown[1].isEmpty ? "none" : shown[1]))
      }
      let values = layers.map { $0.flatMap(\.numbers) }
      guard values[0].count == values[1].count else { return finding("their biases differ") }
      let largest = largestDifference(values[0], values[1])
      guard largest > tolerance * scale(values[0]) else {
        apart = max(apart, largest)
        return nil
      }
      return finding("the numbers differ", largest)
    }
  }

  private static func around(
    _ first: NetworkSurroundings, _ second: NetworkSurroundings, _ tolerance: Double,
    _ apart: inout Double
  ) -> [Finding] {
    func finding(_ place: String, _ text: String, _ largest: Double? = nil) -> Finding {
      Finding(place: place, causes: [], text: text, largest: largest, isHarmless: false)
    }
    var found: [Finding] = []
    if first.mask != second.mask {
      let words = [first.mask, second.mask].map { $0 ?? "nothing" }
      found.append(finding("mask", "the first skips \(words[0]), the second \(words[1])"))
    }
    if first.gives != second.gives {
      found.append(
        finding("outputs", "the first gives \(first.gives.words), the second \(second.gives.words)")
      )
    }
    if first.lengths != second.lengths {
      let words = [first.lengths, second.lengths].map { $0.map { "\($0)" } ?? "none" }
      found.append(
        finding("lengths", "the first stores \(words[0]), the second \(words[1])"))
    }
    let values = [first, second].map { around in
      around.initialState.map { $0.parts.flatMap { $0.hidden.values + $0.cell.values } }
    }
    switch (values[0], values[1]) {
    case (nil, nil): break
    case (let left?, let right?) where left.count == right.count:
      let largest = largestDifference(left, right)
      if largest > tolerance * scale(left) {
        found.append(finding("initial states", "the numbers differ", largest))
      } else {
        apart = max(apart, largest)
      }
    case (let left, let right):
      let words = [left, right].map { $0.map { "\($0.count) numbers" } ?? "none" }
      found.append(
        finding("initial states", "the first stores \(words[0]), the second \(words[1])"))
    }
    return found
  }

  private static func difference(
    _ place: String, _ first: Matrix<Double>?, _ second: Matrix<Double>?, _ tolerance: Double,
    _ apart: inout Double
  ) -> Finding? {
    func finding(_ text: String, _ largest: Double? = nil) -> Finding {
      Finding(place: place, causes: [], text: text, largest: largest, isHarmless: false)
    }
    switch (first, second) {
    case (nil, nil): return nil
    case (_?, nil): return finding("only the first has one")
    case (nil, _?): return finding("only the second has one")
    case (let first?, let second?):
      guard first.rows == second.rows, first.columns == second.columns else {
        return finding(
          "the first is \(first.rows) x \(first.columns), the second \(second.rows) x "
            + "\(second.columns)")
      }
      let largest = largestDifference(first.values, second.values)
      guard largest > tolerance * scale(first.values) else {
        apart = max(apart, largest)
        return nil
      }
      return finding("the numbers differ", largest)
    }
  }

  static func largestDifference(_ left: [Double], _ right: [Double]) -> Double {
    zip(left, right).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  static func scale(_ values: [Double]) -> Double {
    max(1e-30, values.reduce(0) { max($0, abs($1)) })
  }
}
