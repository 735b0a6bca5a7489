// Two cells of equal sizes: the same, the same in another form, or the one made of the other by a
// known mistake of reading.

import LSTMCore

struct CellComparison {
  private let first: ReadableCell<Double>
  private let second: ReadableCell<Double>
  private let tolerance: Double
  /// The narrower type of the two cells' numbers.
  private let precision: StoredPrecision

  init(
    _ first: ReadableCell<Double>, _ second: ReadableCell<Double>, tolerance: Double,
    precision: StoredPrecision = .float64
  ) {
    (self.first, self.second, self.tolerance) = (first, second, tolerance)
    self.precision = precision
  }

  /// One way in which a file can have been read wrongly.
  private struct Reading {
    var order: [Gate]
    var isInputTransposed = false
    var isHiddenTransposed = false
    var isSwapped = false
    var shift = 0.0

    static let usualOrder = GateOrder.pytorch.gates

    /// The ids of the catalogue of mistakes.
    var causes: [String] {
      var ids: [String] = []
      if order != Self.usualOrder { ids.append("gate-order:" + order.map(\.letter).joined()) }
      if isSwapped { ids.append("swapped-inputs") }
      if isInputTransposed { ids.append("transposed-input-weights") }
      if isHiddenTransposed { ids.append("transposed-recurrent-weights") }
      if shift > 0 { ids.append("forget-bias-added") }
      if shift < 0 { ids.append("forget-bias-missing") }
      return ids
    }
  }

  /// What is to be said of the two, nil where they are the same to the number.
  ///
  /// - Parameter apart: the largest difference of numbers that count as the same so far.
  func finding(place: String, _ apart: inout Double) -> NetworkComparison.Finding? {
    let settings = CellSettingsComparison(first.variant, second.variant, precision)
    let variants = settings.isWithin(tolerance)
    let largest = difference(Reading(order: Reading.usualOrder), biasesApart: true)
    let isEqual = largest == 0 || isWithin(Reading(order: Reading.usualOrder), biasesApart: true)
    if variants, isEqual {
      apart = max(apart, largest, settings.largest)
      return nil
    }
    func found(_ causes: [String], _ text: String, isHarmless: Bool = false)
      -> NetworkComparison.Finding
    {
      .init(place: place, causes: causes, text: text, largest: largest, isHarmless: isHarmless)
    }
    if !variants {
      let words = [first, second].map { cell in
        let differences = cell.variant.differences
        return differences.isEmpty ? "the usual cell" : differences.joined(separator: ", ")
      }
      return found([], "the first is \(words[0]); the second is \(words[1])")
    }
    if isWithin(Reading(order: Reading.usualOrder), biasesApart: false) {
      let isSecondSummed = second.parameters.gates.forget.recurrentBias == nil
      return found(
        [],
        "the same network: the two biases are \(isSecondSummed ? "added up" : "divided otherwise") "
          + "in the second", isHarmless: true)
    }
    if let reading = readings.first(where: { isWithin($0, biasesApart: false) }) {
      let decided = blame
      let text = text(of: reading) + (decided ?? Self.undecided)
      var finding = found(reading.causes, text)
      finding.isUndecided = decided == nil
      return finding
    }
    if let bias = missingBias { return found([bias.id], bias.text) }
    return found([], "the numbers differ, and no known mistake of reading makes one of the other")
  }

  /// Every way of reading that is looked for, simplest first.
  private var readings: [Reading] {
    let shape = first.parameters.shape
    let isHiddenSquare = first.parameters.outputSize == shape.hiddenSize
    let isInputSquare = shape.inputSize == shape.hiddenSize
    var result: [Reading] = []
    for order in Self.permutations(Reading.usualOrder) {
      for shift in [0.0, -1, 1] {
        for isHiddenTransposed in isHiddenSquare ? [false, true] : [false] {
          for isInputTransposed in isInputSquare ? [false, true] : [false] {
            for isSwapped in shape.inputSize == first.parameters.outputSize
              ? [false, true] : [false]
            {
              result.append(
                Reading(
                  order: order, isInputTransposed: isInputTransposed,
                  isHiddenTransposed: isHiddenTransposed, isSwapped: isSwapped, shift: shift))
            }
          }
        }
      }
    }
    return result.sorted { $0.causes.count < $1.causes.count }
  }

  private static func permutations(_ gates: [Gate]) -> [[Gate]] {
    guard gates.count > 1 else { return [gates] }
    return gates.flatMap { gate in permutations(gates.filter { $0 != gate }).map { [gate] + $0 } }
  }

  // MARK: - Comparing

  /// The pairs of numbers that have to be equal if the second was made of the first by a reading.
  private func pairs(_ reading: Reading, biasesApart: Bool) -> [([Double], [Double])] {
    var pairs: [([Double], [Double])] = []
    for (gate, source) in zip(Reading.usualOrder, reading.order) {
      let left = first.parameters.gates[source]
      let right = second.parameters.gates[gate]
      var (input, hidden) = (left.inputWeights, left.hiddenWeights)
      if reading.isSwapped { (input, hidden) = (hidden, input) }
      if reading.isInputTransposed { input = input.transposed }
      if reading.isHiddenTransposed { hidden = hidden.transposed }
      pairs.append((input.values, right.inputWeights.values))
      pairs.append((hidden.values, right.hiddenWeights.values))
      let shift = gate == .forget ? reading.shift : 0
      if biasesApart, shift == 0 {
        pairs.append((left.bias, right.bias))
        let zeros = left.bias.map { _ in 0.0 }
        pairs.append((left.recurrentBias ?? zeros, right.recurrentBias ?? zeros))
      } else {
        pairs.append((left.biasSum.map { $0 + shift }, right.biasSum))
      }
    }
    for gate in Gate.withPeephole {
      let zeros = first.parameters.gates[gate].bias.map { _ in 0.0 }
      pairs.append(
        (
          first.parameters.gates[gate].peephole ?? zeros,
          second.parameters.gates[gate].peephole ?? zeros
        ))
    }
    if let left = first.parameters.projection, let right = second.parameters.projection {
      pairs.append((left.values, right.values))
    }
    return pairs
  }

  private func difference(_ reading: Reading, biasesApart: Bool) -> Double {
    pairs(reading, biasesApart: biasesApart)
      .reduce(0) { max($0, NetworkComparison.largestDifference($1.0, $1.1)) }
  }

  private func isWithin(_ reading: Reading, biasesApart: Bool) -> Bool {
    pairs(reading, biasesApart: biasesApart).allSatisfy { left, right in
      NetworkComparison.largestDifference(left, right)
        <= tolerance * max(1e-3, NetworkComparison.scale(left))
    }
  }

  /// Whether the second lacks one or both of the first's biases.
  private var missingBias: (id: String, text: String)? {
    func agrees(_ bias: (GateParameters<Double>) -> [Double]) -> Bool {
      var reduced = first.parameters
      for gate in Gate.allCases {
        reduced.gates[gate].bias = bias(first.parameters.gates[gate])
        reduced.gates[gate].recurrentBias = nil
      }
      return CellComparison(
        ReadableCell(parameters: reduced, variant: first.variant), second, tolerance: tolerance
      ).isWithin(Reading(order: Reading.usualOrder), biasesApart: false)
    }
    if agrees({ $0.bias.map { _ in 0 } }) { return ("no-bias", "the second has no biases") }
    if agrees({ $0.bias }) { return ("single-bias", "the second has only the first bias") }
    if agrees({ $0.recurrentBias ?? $0.bias.map { _ in 0 } }) {
      return ("single-bias", "the second has only the second bias")
    }
    return nil
  }

  // MARK: - In words

  private func text(of reading: Reading) -> String {
    var words: [String] = []
    if reading.order != Reading.usualOrder {
      let story = GateOrderStory.of(reading.order).map { ", \($0)" } ?? ""
      let letters = zip(Reading.usualOrder, reading.order).filter { $0 != $1 }
        .map { "its \($0.letter) is the first's \($1.letter)" }.joined(separator: ", ")
      words.append("the second has the gates in another order (\(letters))\(story)")
    }
    if reading.isSwapped { words.append("W and U have changed places") }
    if reading.isInputTransposed { words.append("W is transposed") }
    if reading.isHiddenTransposed { words.append("U is transposed") }
    if reading.shift > 0 { words.append("1 was added to the forget bias") }
    if reading.shift < 0 { words.append("the forget bias is 1 less") }
    return words.joined(separator: "; ")
  }

  /// Which of the two was read wrongly, as far as the forget bias tells: networks are started, and
  /// end, with the forget gate's bias above the others'; nil where it does not.
  private var blame: String? {
    func bonus(_ cell: ReadableCell<Double>) -> Double {
      func mean(_ gate: Gate) -> Double {
        NetworkSummary.Spread(cell.parameters.gates[gate].biasSum).mean
      }
      return mean(.forget) - max(mean(.input), mean(.candidate), mean(.output))
    }
    let (left, right) = (bonus(first), bonus(second))
    if left > 0.5, right < 0 {
      return ". The second file's reader or writer is the wrong one: in the first the forget "
        + "gate has the largest bias, as training leaves it"
    }
    if right > 0.5, left < 0 {
      return ". The first file's reader or writer is the wrong one: in the second the forget "
        + "gate has the largest bias, as training leaves it"
    }
    return nil
  }

  private static let undecided =
    ". Which file is wrong the weights do not tell; run both on an input whose output you know"
}
