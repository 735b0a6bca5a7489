// The order of the data through a Functional model, found from which layer reads from which. Only
// a single line of layers passes; operations that compute a mask on the side are left out, since
// masking is known from the Embedding or Masking layer itself.

/// Which layer reads from which.
struct KerasGraph {
  private let file: String
  private let layers: [KerasLayerConfig]
  private let outputs: JSONValue?

  init(_ layers: [KerasLayerConfig], outputs: JSONValue?, file: String) {
    (self.layers, self.outputs, self.file) = (layers, outputs, file)
  }

  /// Operations that Keras 3 adds where a layer computes a mask.
  static let maskOperations: Set<String> = ["NotEqual", "Any"]

  /// The layers in the order of the data, by index.
  ///
  /// - Throws: ``KerasError/notAChain(file:reason:)``.
  func order() throws -> [Int] {
    let indices = Dictionary(
      layers.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    let inputs = layers.indices.filter { layers[$0].className == "InputLayer" }
    guard inputs.count == 1, let input = inputs.first else {
      throw notAChain("there are \(inputs.count) inputs")
    }
    var readers: [Int: [Int]] = [:]
    let steps = layers.indices.filter { !Self.maskOperations.contains(layers[$0].className) }
    for reader in steps where reader != input {
      let name = layers[reader].name
      let sources = try sources(of: layers[reader])
      guard sources.count == 1, let source = sources.first else {
        throw notAChain("the layer '\(shown(name))' reads from \(sources.count) places")
      }
      guard let index = indices[source] else {
        throw notAChain("'\(shown(name))' reads from '\(shown(source))', which does not exist")
      }
      readers[index, default: []].append(reader)
    }
    var order = [input]
    var current = input
    while let next = readers[current] {
      guard next.count == 1, let only = next.first else {
        let names = next.prefix(2).map { "'\(shown(layers[$0].name))'" }
        throw notAChain(
          "\(names.joined(separator: " and ")) both read from '\(shown(layers[current].name))'")
      }
      guard order.count < layers.count else { throw notAChain("they form a ring") }
      order.append(only)
      current = only
    }
    let visited = Set(order)
    if let lost = steps.first(where: { !visited.contains($0) }) {
      throw notAChain("the layer '\(shown(layers[lost].name))' is not on the way from the input")
    }
    let ends = outputs.map(outputNames) ?? [layers[current].name]
    guard ends == [layers[current].name] else {
      throw notAChain(
        "the output is \(ends.map { "'\(shown($0))'" }.joined(separator: " and ")), "
          + "but the last layer is '\(shown(layers[current].name))'")
    }
    return order
  }

  private func notAChain(_ reason: String) -> KerasError {
    .notAChain(file: file, reason: reason)
  }

  // ["name", 0, 0], or a list of such.
  private func outputNames(_ json: JSONValue) -> [String] {
    let entries = json.entries ?? []
    if let name = entries.first?.string { return [name] }
    return entries.map { $0.entries?.first?.string ?? "?" }
  }

  // Keras 3: [{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": [name,
  // node, tensor]}}], "kwargs": {…}}]; before: [[[name, node, tensor, {kwargs}]]].
  private func sources(of layer: KerasLayerConfig) throws -> [String] {
    let calls = layer.nodes?.entries ?? []
    guard calls.count == 1, let call = calls.first else {
      throw notAChain("the layer '\(shown(layer.name))' is called \(calls.count) times")
    }
    var found: [JSONValue] = []
    if let entries = call.entries {
      found = entries
    } else {
      collect(call["args"] ?? .null, into: &found)
      if case .object(let arguments) = call["kwargs"] {
        for (key, value) in arguments.sorted(by: { $0.key < $1.key }) where key != "mask" {
          collect(value, into: &found)
        }
      }
    }
    return try found.map { history in
      guard let entries = history.entries, entries.count >= 3, let name = entries[0].string,
        let tensor = entries[2].int
      else { throw notAChain("what the layer '\(shown(layer.name))' reads is not said") }
      guard tensor == 0 else {
        throw notAChain("'\(shown(layer.name))' reads the state of '\(shown(name))'")
      }
      return name
    }
  }

  private func collect(_ json: JSONValue, into found: inout [JSONValue]) {
    switch json {
    case .object(let object):
      if let history = object["config"]?["keras_history"] {
        found.append(history)
      } else {
        for value in object.values { collect(value, into: &found) }
      }
    case .list(let list): for value in list { collect(value, into: &found) }
    default: break
    }
  }
}
