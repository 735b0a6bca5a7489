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
    #if HDF5
      let version = metadata["keras_version"]?.string ?? "2"
      let (storage, range) = try archive.data(of: archive.requiredMember(named: Self.weightsName))
      let inside = "\(file): \(Self.weightsName)"
      return try HDF5Node.open(storage, range: range, file: inside) { root in
        try KerasModel(
          config: config, version: version, source: Source(root, config: config, file: inside))
      }
    #else
      _ = metadata
      throw KerasError.needsHDF5(file: file)
    #endif
  }

  #if HDF5
    private struct Source: KerasWeightSource {
      let root: HDF5Node
      let file: String
      // The group of each layer, by the layer's name.
      private var groups: [String: String] = [:]

      init(_ root: HDF5Node, config: KerasConfig, file: String) {
        (self.root, self.file) = (root, file)
        // The first version of the format had another name for the group.
        let top = ["layers", "_layer_checkpoint_dependencies"].first { root.contains($0) }
        var seen: [String: Int] = [:]
        for layer in config.layers {
          let name = layer.groupName
          let count = seen[name, default: 0]
          seen[name] = count + 1
          groups[layer.name] = "\(top ?? "layers")/\(name)" + (count == 0 ? "" : "_\(count)")
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
        } catch HDF5Error.missing {
          throw KerasError.missingWeights(file: file, layer: layer.name, place: place)
        }
        var tensors: [Tensor] = []
        // Keras numbers them from 0 on; no layer that is read has more than three.
        while tensors.count < 4, group.contains("\(tensors.count)") {
          tensors.append(try group.node("\(tensors.count)").tensor())
        }
        return tensors
      }
    }
  #endif
}

extension KerasLayerConfig {
  /// Whether Keras added this only to compute a mask.
  var isMaskOperation: Bool { KerasGraph.maskOperations.contains(className) }

  /// The class in snake case, as the groups of weights are named.
  var groupName: String {
    switch className {
    case "LSTM": "lstm"
    case "TimeDistributed": "time_distributed"
    default: className.lowercased()
    }
  }
}
