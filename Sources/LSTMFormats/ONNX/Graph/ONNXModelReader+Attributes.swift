// Attributes of a node by name and kind; a wrong kind is an error, an absent one the default.

extension ONNXModelReader {
  private func wrong(_ node: ONNXNode, _ name: String, _ kind: String) -> ONNXError {
    failure(node, "has the attribute '\(name)', which is not \(kind)")
  }

  /// A whole number.
  func integer(_ node: ONNXNode, _ name: String) throws -> Int? {
    switch node.attributes[name] {
    case nil: return nil
    case .integer(let value): return value
    default: throw wrong(node, name, "a whole number")
    }
  }

  /// A number.
  func float(_ node: ONNXNode, _ name: String) throws -> Float? {
    switch node.attributes[name] {
    case nil: return nil
    case .float(let value): return value
    default: throw wrong(node, name, "a number")
    }
  }

  /// A text.
  func text(_ node: ONNXNode, _ name: String) throws -> String? {
    switch node.attributes[name] {
    case nil: return nil
    case .text(let value): return value
    default: throw wrong(node, name, "a text")
    }
  }

  /// A list of whole numbers.
  func integers(_ node: ONNXNode, _ name: String) throws -> [Int]? {
    switch node.attributes[name] {
    case nil: return nil
    case .integers(let values): return values
    default: throw wrong(node, name, "a list of whole numbers")
    }
  }

  /// A list of numbers.
  func floats(_ node: ONNXNode, _ name: String) throws -> [Float]? {
    switch node.attributes[name] {
    case nil: return nil
    case .floats(let values): return values
    default: throw wrong(node, name, "a list of numbers")
    }
  }

  /// A list of texts.
  func texts(_ node: ONNXNode, _ name: String) throws -> [String]? {
    switch node.attributes[name] {
    case nil: return nil
    case .texts(let values): return values
    default: throw wrong(node, name, "a list of texts")
    }
  }

  /// Whole numbers given as an attribute (older operator sets) or as an input (newer ones).
  func integers(_ node: ONNXNode, _ name: String, orInput place: Int) throws -> [Int]? {
    if let values = try integers(node, name) { return values }
    guard has(node, place) else { return nil }
    guard let sizes = sizes(try value(node, place)),
      case let known = sizes.compactMap(\.known), known.count == sizes.count
    else {
      throw failure(node, "has '\(name)' (input \(place + 1)) known only when the model runs")
    }
    return known
  }

  /// A value as sizes, where it is a few whole numbers.
  func sizes(_ value: ONNXValue) -> [ONNXSize]? {
    switch value {
    case .sizes(let sizes, _): sizes
    case .constant(let tensor): tensor.smallIntegers?.map { .known($0) }
    default: nil
    }
  }
}
