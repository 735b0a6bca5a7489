// The description of a Keras model, a JSON document that has kept its bones from Keras 1 to 3:
// a model is a class and its settings, and so is each layer.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One layer as the document has it.
struct KerasLayerConfig {
  let file: String
  /// The name of the document, for errors in it.
  let document: String
  /// Its class.
  let className: String
  /// Its settings.
  let config: JSONValue
  /// Which layers it reads from; empty in a Sequential model.
  let nodes: JSONValue?
  /// Its name.
  let name: String

  init(_ json: JSONValue, file: String, document: String, place: String) throws {
    (self.file, self.document) = (file, document)
    guard let className = json["class_name"]?.string else {
      throw LSTMFormatsError.missingKey(file: document, key: "\(place).class_name")
    }
    guard let config = json["config"], case .object = config else {
      throw LSTMFormatsError.missingKey(file: document, key: "\(place).config")
    }
    (self.className, self.config, nodes) = (className, config, json["inbound_nodes"])
    name = config["name"]?.string ?? json["name"]?.string ?? className
  }

  /// The error that a setting's value is not read.
  func unsupported(_ setting: String, _ found: String, supported: String) -> KerasError {
    .setting(file: file, layer: name, setting: setting, found: found, supported: supported)
  }

  /// A number of things, at least one, under one of several keys.
  func count(_ keys: String...) throws -> Int {
    for key in keys {
      guard let value = config[key], value != .null else { continue }
      guard let count = value.int, (1...Int(Int32.max)).contains(count) else {
        throw unsupported(key, value.inWords, supported: "a whole number from 1 on")
      }
      return count
    }
    throw LSTMFormatsError.missingKey(file: document, key: "\(name).\(keys[0])")
  }

  /// A truth value under one of several keys, or what stands in for it.
  func flag(_ keys: String..., default standard: Bool) throws -> Bool {
    for key in keys {
      guard let value = config[key], value != .null else { continue }
      guard let flag = value.boolean else {
        throw unsupported(key, value.inWords, supported: "true, false")
      }
      return flag
    }
    return standard
  }

  /// The name of an activation under one of several keys, or what stands in for it. Keras writes a
  /// name, null for the identity, or an object around a name.
  func activation(_ keys: String..., default standard: String) throws -> String {
    for key in keys {
      guard let value = config[key] else { continue }
      if value == .null { return "linear" }
      if let name = value.string ?? value["config"]?.string { return name }
      let className = value["class_name"]?.string
      throw unsupported(
        key, className.map { "the object '\($0)'" } ?? value.inWords,
        supported: KerasActivation.names)
    }
    return standard
  }

  /// The layer inside a wrapper.
  func inner(_ key: String) throws -> KerasLayerConfig {
    guard let inner = config[key] else {
      throw LSTMFormatsError.missingKey(file: document, key: "\(name).\(key)")
    }
    return try KerasLayerConfig(inner, file: file, document: document, place: "\(name).\(key)")
  }
}

/// A model as the document has it.
struct KerasConfig {
  let file: String
  let name: String
  /// The layers in the order of the document: Keras names their weights by it.
  let layers: [KerasLayerConfig]
  /// Whether layers say themselves what they read.
  private let isFunctional: Bool
  private let outputs: JSONValue?

  /// The indices of the layers in the order of the data.
  ///
  /// - Throws: ``KerasError/notAChain(file:reason:)``.
  func order() throws -> [Int] {
    isFunctional
      ? try KerasGraph(layers, outputs: outputs, file: file).order() : Array(layers.indices)
  }

  /// Reads the document.
  ///
  /// - Parameters:
  ///   - data: the document.
  ///   - file: the name of the file that it is in, for errors.
  ///   - place: the document's name in the file.
  /// - Throws: ``LSTMFormatsError`` where it is not of this form, ``KerasError`` where the model
  ///   is not one that is read.
  init(_ data: Data, file: String, place: String) throws {
    let document = "\(file): \(place)"
    let json = try decodeJSON(JSONValue.self, from: data, file: document)
    guard let className = json["class_name"]?.string else {
      throw LSTMFormatsError.missingKey(file: document, key: "class_name")
    }
    let config = json["config"]
    // Keras 1 and the first Keras 2 wrote a Sequential model's layers in place of its settings.
    let entries = config?["layers"]?.entries ?? (className == "Sequential" ? config?.entries : nil)
    let isFunctional = className == "Functional" || className == "Model"
    guard isFunctional || className == "Sequential" else {
      throw KerasError.modelClass(file: file, className: className)
    }
    guard let entries else {
      throw LSTMFormatsError.missingKey(file: document, key: "config.layers")
    }
    self.file = file
    name = config?["name"]?.string ?? className
    layers = try entries.enumerated().map { index, json in
      try KerasLayerConfig(
        json, file: file, document: document, place: "config.layers[\(index)]")
    }
    var names: Set<String> = []
    if let twice = layers.first(where: { !names.insert($0.name).inserted }) {
      throw KerasError.notAChain(
        file: file, reason: "two layers are named '\(shown(twice.name))'")
    }
    (self.isFunctional, outputs) = (isFunctional, config?["output_layers"])
  }
}
