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
    let metadata = try decodeJSON(
      JSONValue.self, from: document(Self.metadataName), file: "\(file): \(Self.metadataName)")
    let config = try KerasConfig(document(Self.configName), file: file, place: Self.configName)
    // What is not read is named before the weights are missed.
    for layer in config.layers where !layer.isMaskOperation { _ = try layer.kind() }
    if archive.member(named: Self.weightsName) == nil,
      archive.member(named: Self.pickledName) != nil
    {
      throw KerasError.pickledWeights(file: file)
    }
    let version = metadata["keras_version"]?.string ?? "2"
    let (storage, range) = try archive.data(of: archive.requiredMember(named: Self.weightsName))
    let inside = "\(file): \(Self.weightsName)"
    let root = try HDF5File.root(of: storage, range: range, file: inside)
    var model = try KerasModel(
      config: config, version: version, source: Source(root, config: config, file: inside))
    model.isOurs = metadata[KerasModel.ownMarkKey]?.string == KerasModel.ownMark
    return model
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
        case ("LSTM", .whole): "cell/vars"
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
      // Keras numbers them from 0 on; no layer that is read has more than three.
      while tensors.count < 4, try group.contains("\(tensors.count)") {
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

  /// The name of the next layer's group.
  mutating func next(className: String) -> String {
    let name =
      switch className {
      case "LSTM": "lstm"
      case "TimeDistributed": "time_distributed"
      case "InputLayer": "input_layer"
      default: className.lowercased()
      }
    let count = seen[name, default: 0]
    seen[name] = count + 1
    return count == 0 ? name : "\(name)_\(count)"
  }
}

extension KerasLayerConfig {
  /// Whether Keras added this only to compute a mask.
  var isMaskOperation: Bool { KerasGraph.maskOperations.contains(className) }
}
