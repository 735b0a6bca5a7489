// The one grammar for every number of a run: `layerL.direction.quantity[units]@steps`. Arrays are named
// by it, options take it, and messages speak in it.

/// An address of numbers of a run, perhaps of many at once.
///
/// Layers, units and steps are counted from 1 in the text, from 0 here. Each part may be `*`, a number
/// or a range, units and steps also a list: `layer1.forward.forgetGate[3,5-9]@40-60`,
/// `layer*.*.preactivation.*`. A quantity alone is that of all layers and directions; `embedding`,
/// `logits` and `probabilities` stand outside of the layers.
public struct TraceAddress: Hashable, Sendable, CustomStringConvertible {
  /// The text as it was given.
  public private(set) var text: String
  /// The layers.
  public let layers: IndexChoice
  /// The directions.
  public let directions: [Direction]
  /// The quantities.
  public let quantities: [TraceQuantity]
  /// The units, or features of an input, tokens of logits.
  public private(set) var units: IndexChoice
  /// The steps.
  public private(set) var steps: IndexChoice

  /// What stands for the address in a message: the text as it was given.
  public var description: String { text }

  /// The address of all units and steps of one quantity of one cell.
  ///
  /// - Parameters:
  ///   - layer: the layer, counted from 0.
  ///   - direction: its direction.
  ///   - quantity: the quantity.
  public init(layer: Int, _ direction: Direction, _ quantity: TraceQuantity) {
    text = "layer\(layer + 1).\(direction.rawValue).\(quantity.name)"
    (layers, directions, quantities) = (IndexChoice(layer), [direction], [quantity])
    (units, steps) = (.all, .all)
  }

  /// The address of all units and steps of a quantity, in all layers and directions.
  public init(_ quantity: TraceQuantity) { self.init([quantity], text: quantity.name) }

  /// What is recorded where nobody says what: the gates and the two states of every cell.
  public static let usual = TraceAddress(TraceQuantity.usual, text: "*.*.*")

  private init(_ quantities: [TraceQuantity], text: String) {
    (self.text, self.quantities) = (text, quantities)
    (layers, directions) = (.all, Direction.allCases)
    (units, steps) = (.all, .all)
  }

  /// Reads an address.
  ///
  /// - Throws: ``TraceError`` where it is none: what of it is wrong, and the nearest name.
  public init(_ text: String) throws {
    self.text = text
    var rest = Substring(text)
    var (units, steps) = (IndexChoice.all, IndexChoice.all)
    if let at = rest.firstIndex(of: "@") {
      let found = rest[rest.index(after: at)...]
      guard let choice = IndexChoice(found) else {
        throw TraceError.notNumbers(address: text, what: "steps", found: String(found))
      }
      (steps, rest) = (choice, rest[..<at])
    }
    if let bracket = rest.firstIndex(of: "[") {
      guard rest.last == "]" else { throw TraceError.openBracket(address: text) }
      let found = rest[rest.index(after: bracket)...].dropLast()
      guard let choice = IndexChoice(found) else {
        throw TraceError.notNumbers(address: text, what: "units", found: String(found))
      }
      (units, rest) = (choice, rest[..<bracket])
    }
    (self.units, self.steps) = (units, steps)
    guard rest.hasPrefix("layer") || rest.hasPrefix("*.") else {
      (layers, directions) = (.all, Direction.allCases)
      quantities = try Self.quantities(rest, text, among: TraceQuantity.all)
      return
    }
    let parts = rest.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw TraceError.tooShort(address: text) }
    let layer = parts[0] == "*" ? "*" : parts[0].dropFirst("layer".count)
    guard let layers = IndexChoice(layer) else {
      throw TraceError.notNumbers(address: text, what: "layers", found: String(layer))
    }
    self.layers = layers
    if parts[1] == "*" {
      directions = Direction.allCases
    } else if let direction = Direction(rawValue: String(parts[1])) {
      directions = [direction]
    } else {
      let names = Direction.allCases.map(\.rawValue)
      throw TraceError.unknownName(
        address: text, what: "direction", found: String(parts[1]), valid: names)
    }
    quantities = try Self.quantities(parts[2], text, among: TraceQuantity.ofCells)
  }

  /// Reads addresses with commas between. A comma before a number goes on with the list of units or
  /// steps: `kept@3,5,cellState[1,2]` are two.
  ///
  /// - Throws: ``TraceError``, as where a single one is read.
  public static func list(_ text: String) throws -> [TraceAddress] {
    var parts: [String] = [""]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let goesOn = part.first.map { $0.isASCII && $0.isNumber } ?? true
      if goesOn, parts != [""] {
        parts[parts.count - 1] += ",\(part)"
      } else if parts == [""] {
        parts = [String(part)]
      } else {
        parts.append(String(part))
      }
    }
    return try parts.map { try TraceAddress($0) }
  }

  private static func quantities(
    _ name: Substring, _ address: String, among valid: [TraceQuantity]
  ) throws -> [TraceQuantity] {
    if name == "*" { return valid }
    if name.hasSuffix(".*") {
      let found = valid.filter { $0.name.hasPrefix(name.dropLast()) }
      if !found.isEmpty { return found }
    }
    if let quantity = TraceQuantity(name: String(name)), valid.contains(quantity) {
      return [quantity]
    }
    throw TraceError.unknownName(
      address: address, what: "quantity", found: String(name), valid: valid.map(\.name))
  }
}

extension TraceAddress {
  /// What an address stands for in a network: one quantity of one cell, or one outside of the layers.
  package struct Target: Hashable, Sendable {
    /// The place of the cell among the network's, in the order of the states; nil outside.
    package let cell: Int?
    package let quantity: TraceQuantity
    /// The units of the quantity that are meant.
    package let units: [Int]
  }

  /// The quantities of a network that the address names.
  ///
  /// - Throws: ``TraceError`` where the network has none of them, or not the unit.
  package func targets(in shape: NetworkShape) throws -> [Target] {
    if let layer = layers.firstBeyond(shape.layerCount) {
      throw TraceError.beyond(
        address: text, what: "layer", found: layer, count: shape.layerCount, of: "the network")
    }
    var targets: [Target] = []
    for quantity in quantities where TraceQuantity.outside.contains(quantity) {
      guard let width = shape.width(of: quantity) else { continue }
      targets.append(try target(nil, quantity, width, of: "there"))
    }
    var hasDirection = false
    for (index, cell) in shape.cells.enumerated()
    where layers.contains(cell.layer) && directions.contains(cell.direction) {
      hasDirection = true
      for quantity in quantities {
        guard let width = cell.width(of: quantity) else { continue }
        let owner = "layer \(cell.layer + 1), \(cell.direction.rawValue),"
        targets.append(try target(index, quantity, width, of: owner))
      }
    }
    guard targets.isEmpty else { return targets }
    throw hasDirection
      ? TraceError.notThere(address: text, quantity: quantities[0])
      : TraceError.noDirection(address: text, directions[0])
  }

  private func target(_ cell: Int?, _ quantity: TraceQuantity, _ width: Int, of owner: String)
    throws -> Target
  {
    if let unit = units.firstBeyond(width) {
      throw TraceError.beyond(
        address: text, what: quantity.widthName, found: unit, count: width, of: owner)
    }
    return Target(cell: cell, quantity: quantity, units: units.indices(below: width))
  }

  /// - Throws: ``TraceError/beyond(address:what:found:count:of:)`` where a step is asked for by number
  ///   that is not among so many.
  package func checkSteps(_ count: Int) throws {
    if let step = steps.firstBeyond(count) {
      throw TraceError.beyond(
        address: text, what: "step", found: step, count: count, of: "the run")
    }
  }
}

extension TraceQuantity {
  /// What a place in its rows is called.
  package var widthName: String {
    switch self {
    case .input, .embedding: "feature"
    case .logits, .probabilities: "output"
    default: "unit"
    }
  }
}

extension NetworkShape.Cell {
  /// The width of a quantity's rows; nil where the cell has none.
  package func width(of quantity: TraceQuantity) -> Int? {
    switch quantity {
    case .input: inputSize
    case .hiddenState: outputSize
    case .projection: hasProjection ? outputSize : nil
    case .embedding, .logits, .probabilities: nil
    default: hiddenSize
    }
  }
}

extension NetworkShape {
  /// The width of the rows of a quantity outside of the layers; nil where the network has none.
  package func width(of quantity: TraceQuantity) -> Int? {
    switch quantity {
    case .embedding: tokenCount == nil ? nil : inputSize
    case .logits: logitCount
    case .probabilities: hasProbabilities ? logitCount : nil
    default: nil
    }
  }
}

extension TraceAddress {
  /// The quantities of cells that the address names, one by one.
  ///
  /// - Throws: ``TraceError`` where the network has none of them.
  public func cells(in model: LSTMModel) throws
    -> [(layer: Int, direction: Direction, quantity: TraceQuantity)]
  {
    let shape = model.shape
    return try targets(in: shape).map { target in
      guard let cell = target.cell else {
        throw TraceError.cannotHold(address: text, quantity: target.quantity)
      }
      return (shape.cells[cell].layer, shape.cells[cell].direction, target.quantity)
    }
  }

  /// The same at a single step, counted from 0.
  public func at(step: Int) -> TraceAddress {
    var one = self
    one.steps = IndexChoice(step)
    one.text = (text.split(separator: "@").first.map(String.init) ?? text) + "@\(one.steps.text)"
    return one
  }

  /// The same units and steps of one quantity of one cell.
  public func of(_ layer: Int, _ direction: Direction, _ quantity: TraceQuantity) -> TraceAddress {
    var one = TraceAddress(layer: layer, direction, quantity)
    (one.units, one.steps) = (units, steps)
    one.text += (units == .all ? "" : "[\(units.text)]") + (steps == .all ? "" : "@\(steps.text)")
    return one
  }
}
