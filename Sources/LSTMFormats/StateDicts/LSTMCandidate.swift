// Cells found in a file become LSTMs: PyTorch's names tell layers and directions; cells that stand
// alone are paired by "fw" and "bw" and stacked by the numbers in their names.

import LSTMCore

/// An LSTM that a file might mean: its layers, and what to call it.
struct LSTMCandidate {
  /// One layer: a cell for each direction.
  struct Layer {
    var forward: CellSource?
    var reverse: CellSource?

    var cells: [(direction: Direction, source: CellSource)] {
      [(.forward, forward), (.reverse, reverse)].compactMap { direction, source in
        source.map { (direction, $0) }
      }
    }
  }

  /// What stands before the names of its arrays; "*" for a part in which its cells differ.
  let name: String
  var layers: [Layer]

  /// Every cell.
  var sources: [CellSource] { layers.flatMap { $0.cells.map(\.source) } }

  /// "encoder.lstm (PyTorch, 2 layers, both directions, I 3, H 4)".
  func description(_ table: TensorTable) -> String {
    var facts = [sources.first?.naming.rawValue ?? ""]
    facts.append(layers.count == 1 ? "1 layer" : "\(layers.count) layers")
    if layers.contains(where: { $0.reverse != nil }) { facts.append("both directions") }
    if let sizes = sources.first?.sizes(table) {
      facts += ["I \(sizes.inputs)", "H \(sizes.hidden)"]
    }
    return "\(name.isEmpty ? "''" : name) (\(facts.joined(separator: ", ")))"
  }

  /// The width that goes in and that comes out, where the shapes tell.
  private func widths(_ table: TensorTable) -> (first: Int, last: Int)? {
    guard let first = layers.first?.cells.first?.source.sizes(table)?.inputs,
      let last = layers.last
    else { return nil }
    var width = 0
    for (_, source) in last.cells {
      guard let sizes = source.sizes(table) else { return nil }
      width = width.addingReportingOverflow(sizes.outputs).partialValue
    }
    return (first, width)
  }

  // MARK: - Chains

  /// LSTMs whose names differ only in a number at their end, "lstm1" and "lstm2", as layers of one,
  /// where each reads what the one before puts out; nil where they are anything else.
  static func numberedChain(_ candidates: [LSTMCandidate], _ table: TensorTable) -> LSTMCandidate? {
    guard candidates.count > 1, candidates.count <= 64 else { return nil }
    var numbered: [(stem: String, number: Int, candidate: LSTMCandidate)] = []
    for candidate in candidates {
      let digits = candidate.name.reversed().prefix { $0.isASCII && $0.isNumber }.count
      let stem = String(candidate.name.dropLast(digits))
      guard digits < 6, stem.last != "." else { return nil }
      numbered.append((stem, Int(candidate.name.suffix(digits)) ?? 0, candidate))
    }
    let stem = numbered[0].stem
    let sorted = numbered.sorted { $0.number < $1.number }
    guard
      numbered.allSatisfy({ $0.stem == stem || $0.stem == stem + "_" || $0.stem + "_" == stem }),
      Set(numbered.map(\.number)).count == numbered.count,
      let chain = chain(candidates, table), chain.map(\.name) == sorted.map(\.candidate.name)
    else { return nil }
    return LSTMCandidate(
      name: chain.map(\.name).joined(separator: ","), layers: chain.flatMap(\.layers))
  }

  /// The one order in which each LSTM reads what the one before puts out; nil where there is none, or
  /// more than one.
  static func chain(_ candidates: [LSTMCandidate], _ table: TensorTable) -> [LSTMCandidate]? {
    let widths = candidates.compactMap { $0.widths(table) }
    guard widths.count == candidates.count, (2...8).contains(candidates.count) else { return nil }
    var found: [[Int]] = []
    func extend(_ order: [Int]) {
      guard found.count < 2 else { return }
      guard order.count < candidates.count else { return found.append(order) }
      for next in candidates.indices where !order.contains(next) {
        if let last = order.last, widths[last].last != widths[next].first { continue }
        extend(order + [next])
      }
    }
    extend([])
    return found.count == 1 ? found[0].map { candidates[$0] } : nil
  }

  // MARK: - Finding

  /// Every LSTM that the cells might make, in the order of the file.
  static func all(_ cells: [CellSource], _ table: TensorTable) -> [LSTMCandidate] {
    var order: [String] = []
    var layered: [String: [CellSource]] = [:]
    var single: [LSTMCandidate] = []
    for cell in cells {
      guard cell.layer != nil else {
        single.append(LSTMCandidate(name: cell.module, layers: [Layer(forward: cell)]))
        continue
      }
      if layered[cell.module] == nil { order.append(cell.module) }
      layered[cell.module, default: []].append(cell)
    }
    let whole = order.map { module in
      LSTMCandidate(name: module, layers: layers(layered[module] ?? [], table))
    }
    return stacked(whole + paired(single), table)
  }

  /// PyTorch's layers in their order. A cell that is missing is put in with the names that it
  /// would have, so that reading it says so; the layer after a gap is not counted on.
  private static func layers(_ cells: [CellSource], _ table: TensorTable) -> [Layer] {
    var layers: [Int: Layer] = [:]
    for cell in cells {
      guard let layer = cell.layer else { continue }
      if cell.direction == .forward {
        layers[layer, default: Layer()].forward = cell
      } else {
        layers[layer, default: Layer()].reverse = cell
      }
    }
    let hasReverse = layers.values.contains { $0.reverse != nil }
    return layers.keys.sorted().enumerated().map { index, key in
      func missing(_ suffix: String) -> CellSource? {
        cells.first.map {
          CellSource(naming: .pytorch, module: $0.module, suffix: "_l\(index)\(suffix)")
        }
      }
      guard index == key, var layer = layers[key] else { return Layer(forward: missing("")) }
      layer.forward = layer.forward ?? missing("")
      if hasReverse { layer.reverse = layer.reverse ?? missing("_reverse") }
      return layer
    }
  }

  /// Puts cells together whose names differ only in "fw" and "bw".
  private static func paired(_ single: [LSTMCandidate]) -> [LSTMCandidate] {
    let words: [(forward: String, reverse: String)] = [
      ("fw", "bw"), ("fwd", "bwd"), ("forward", "backward"), ("forward", "reverse"),
      ("forward_layer", "backward_layer"), ("forward_rnn", "backward_rnn"),
      ("forward_lstm", "backward_lstm"),
    ]
    let places = Dictionary(
      single.indices.map { (single[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    var result = single.map(Optional.some)
    for (index, candidate) in single.enumerated() {
      // The two directions of ELMo are stacks of their own: neither reads what the other gives.
      guard let naming = candidate.layers[0].forward?.naming, naming != .allenNLP, naming != .bilm
      else { continue }
      for (forward, reverse) in words {
        guard
          let other = candidate.name.replacingComponent(forward, with: reverse),
          let name = candidate.name.replacingComponent(forward, with: "*", whole: true),
          let place = places[other], result[place] != nil, result[index] != nil
        else { continue }
        result[index] = LSTMCandidate(
          name: name,
          layers: [
            Layer(forward: candidate.layers[0].forward, reverse: single[place].layers[0].forward)
          ])
        result[place] = nil
      }
    }
    return result.compactMap { $0 }
  }

  /// Puts LSTMs on one another whose names differ only in a number, where each reads exactly what
  /// the one before puts out.
  private static func stacked(_ candidates: [LSTMCandidate], _ table: TensorTable)
    -> [LSTMCandidate]
  {
    var order: [String] = []
    var groups: [String: [(number: Int, candidate: LSTMCandidate)]] = [:]
    for candidate in candidates {
      let (key, number) = candidate.name.numbered ?? (candidate.name, 0)
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append((number, candidate))
    }
    return order.flatMap { key -> [LSTMCandidate] in
      let group = groups[key] ?? []
      let sorted = group.sorted { $0.number < $1.number }.map(\.candidate)
      guard sorted.count > 1 else { return group.map(\.candidate) }
      for (below, above) in zip(sorted, sorted.dropFirst()) {
        guard let lower = below.widths(table), let upper = above.widths(table),
          lower.last == upper.first
        else { return group.map(\.candidate) }
      }
      return [LSTMCandidate(name: key, layers: sorted.flatMap(\.layers))]
    }
  }
}

extension String {
  /// The name with one of its components exchanged, or nil where it has no such component.
  ///
  /// - Parameter whole: whether a number after it goes too: "forward_lstm_1" as "*".
  fileprivate func replacingComponent(
    _ component: String, with other: String, whole: Bool = false
  ) -> String? {
    guard
      let found = pathComponents(self).last(where: {
        $0 == component
          || ($0.hasPrefix(component + "_") && Int($0.dropFirst(component.count + 1)) != nil)
      })
    else { return nil }
    let number = found.dropFirst(component.count)
    return replacingCharacters(of: found, with: whole ? other : other + number)
  }

  private func replacingCharacters(of part: Substring, with other: String) -> String {
    String(self[..<part.startIndex]) + other + String(self[part.endIndex...])
  }

  /// The name with "*" for its last component that is a number or ends in "cell_" and a number,
  /// and the number.
  fileprivate var numbered: (key: String, number: Int)? {
    for component in pathComponents(self).reversed() {
      let digits = component.hasPrefix("cell_") ? component.dropFirst(5) : component
      if let number = Int(digits), number >= 0, digits.utf8.allSatisfy({ (48...57).contains($0) }) {
        return (replacingCharacters(of: digits, with: "*"), number)
      }
    }
    return nil
  }
}
