// A `.keras` archive: a zip file with `metadata.json` (the version), `config.json` (the layers) and
// `model.weights.h5`. Its groups are named by class, not by the names of layers: the second LSTM
// of a model is `layers/lstm_1`, whatever its user called it (seen in files of Keras 2.15 and
// 3.15).

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A `.keras` archive.
struct KerasArchive {
  static let metadataName = "metadata.json"
  static let configName = "config.json"
  static let weightsName = "model.weights.h5"
  static let pickledName = "model.weights.npz"

  private let archive: ZipArchive
  private let file: String

  init(_ storage: ByteStorage, file: String) throws {
    archive = try ZipArchive(storage, file: file)
    self.file = file
  }

  private func document(_ name: String) throws -> Data {
    let (storage, range) = try archive.data(of: archive.requiredMember(named: name))
    return storage.withUnsafeBytes { Data($0[range]) }
  }

  /// The model.
  func model() throws -> KerasModel {
    try contents().model()
  }

  /// The layers and where their weights are.
  func contents() throws -> KerasContents {
    let metadata = try decodeJSON(
      JSONValue.self, from: document(Self.metadataName), file: "\(file): \(Self.metadataName)")
    let config = try KerasConfig(document(Self.configName), file: file, place: Self.configName)
    if archive.member(named: Self.weightsName) == nil,
      archive.member(named: Self.pickledName) != nil
    {
      throw KerasError.pickledWeights(file: file)
    }
    let version = metadata["keras_version"]?.string ?? "2"
    let (storage, range) = try archive.data(of: archive.requiredMember(named: Self.weightsName))
    let inside = "\(file): \(Self.weightsName)"
    let root = try HDF5File.root(of: storage, range: range, file: inside)
    return KerasContents(
      config: config, version: version, source: try Source(root, config: config, file: inside),
      isOurs: metadata[KerasModel.ownMarkKey]?.string == KerasModel.ownMark)
  }

  /// The weights alone, where the layers are a program of somebody's own.
  func weightsRoot() throws -> HDF5Node {
    let (storage, range) = try archive.data(of: archive.requiredMember(named: Self.weightsName))
    return try HDF5File.root(of: storage, range: range, file: "\(file): \(Self.weightsName)")
  }

  private struct Source: KerasWeightSource {
    let root: HDF5Node
    let file: String
    // The group of each layer, by the layer's name.
    private var groups: [String: String] = [:]

    init(_ root: HDF5Node, config: KerasConfig, file: String) throws {
      (self.root, self.file) = (root, file)
      // The first version of the format had another name for the group.
      let top = try ["layers", "_layer_checkpoint_dependencies"].first { try root.contains($0) }
      var names = KerasGroupNames()
      for layer in config.layers {
        groups[layer.name] = "\(top ?? "layers")/\(names.next(className: layer.className))"
      }
    }

    func weights(of layer: KerasLayerConfig, part: KerasWeights.Part) throws -> [Tensor] {
      let inner =
        switch (layer.className, part) {
        case ("TimeDistributed", _): "layer/vars"
        case (_, .forward): "forward_layer/cell/vars"
        case (_, .backward): "backward_layer/cell/vars"
        case ("LSTM", .whole), ("RNN", .whole): "cell/vars"
        default: "vars"
        }
      let place = "\(groups[layer.name] ?? "")/\(inner)"
      let group: HDF5Node
      do {
        group = try root.node(place)
      } catch let error as HDF5Error where error.isMissing {
        throw KerasError.missingWeights(file: file, layer: layer.name, place: place)
      }
      var tensors: [Tensor] = []
      // Keras numbers them from 0 on; no layer that is read has more than four.
      while tensors.count < 5, try group.contains("\(tensors.count)") {
        tensors.append(try group.node("\(tensors.count)").weights())
      }
      return tensors
    }
  }
}

extension HDF5Error {
  fileprivate var isMissing: Bool { if case .missing = problem { true } else { false } }
}

extension HDF5Node {
  /// The numbers of this dataset, which have to be ones that weights can be.
  func weights() throws -> Tensor {
    let tensor = try tensor()
    guard tensor.type.isFloatingPoint else {
      throw error(.numberType, at: header.first(.datatype)?.offset)
    }
    return tensor
  }
}

/// The names of the groups of weights: the class in snake case, with a number from the second of a
/// class on.
struct KerasGroupNames {
  private var seen: [String: Int] = [:]

  /// "BatchNormalization" as "batch_normalization", "LSTM" as "lstm": `to_snake_case` of Keras.
  static func snakeCase(_ className: String) -> String {
    let letters = Array(className.filter { $0.isLetter || $0.isNumber || $0 == "_" })
    var name = ""
    for (place, letter) in letters.enumerated() {
      let isUpper = letter.isUppercase
      let isAfterLower = place > 0 && letters[place - 1].isLowercase
      let isBeforeLower = place + 1 < letters.count && letters[place + 1].isLowercase
      if isUpper, place > 0, isAfterLower || isBeforeLower, name.last != "_" { name += "_" }
      name += letter.lowercased()
    }
    return name
  }

  /// The name of the next layer's group.
  mutating func next(className: String) -> String {
    let name = Self.snakeCase(className)
    let count = seen[name, default: 0]
    seen[name] = count + 1
    return count == 0 ? name : "\(name)_\(count)"
  }
}

extension KerasLayerConfig {
  /// Whether Keras added this only to compute a mask.
  var isMaskOperation: Bool { KerasGraph.maskOperations.contains(className) }
}
