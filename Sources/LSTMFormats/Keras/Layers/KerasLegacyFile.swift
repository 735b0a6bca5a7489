// An `.h5` file, as every version of Keras has written it: the description is an attribute, and
// each layer's group lists the paths of its weights in the order in which the layer has them.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

enum KerasLegacyFile {
  /// The model in a file.
  static func read(_ storage: ByteStorage, file: String) throws -> KerasModel {
    try contents(storage, file: file).model()
  }

  /// The layers and where their weights are.
  static func contents(_ storage: ByteStorage, file: String) throws -> KerasContents {
    let root = try HDF5File.root(of: storage, file: file)
    guard let text = try root.text("model_config") else {
      throw KerasError.noConfig(file: file)
    }
    let weights = try root.node("model_weights")
    let version = try root.text("keras_version") ?? weights.text("keras_version") ?? "1"
    let config = try KerasConfig(Data(text.utf8), file: file, place: "model_config")
    let layers = try weights.splitTexts("layer_names") ?? []
    return KerasContents(
      config: config, version: version,
      source: Source(group: weights, layers: Set(layers), file: file),
      // Another program's attribute of this name may hold anything.
      isOurs: (try? root.text(KerasModel.ownMarkKey)) == KerasModel.ownMark)
  }

  private struct Source: KerasWeightSource {
    let group: HDF5Node
    let layers: Set<String>
    let file: String

    func weights(of layer: KerasLayerConfig, part: KerasWeights.Part) throws -> [Tensor] {
      guard layers.contains(layer.name) else {
        throw KerasError.missingWeights(
          file: file, layer: layer.name, place: "\(group.place)/\(layer.name)")
      }
      let layerGroup = try group.node(layer.name)
      guard let names = try layerGroup.splitTexts("weight_names") else {
        throw layerGroup.error(.missingAttribute("weight_names"))
      }
      guard names.count <= 24 else {  // A Keras 1 LSTM in both directions has that many.
        throw KerasError.weightCount(
          file: file, layer: layer.name, found: names.count, expected: "at most 24")
      }
      let half = names.count / 2
      let own =
        switch part {
        case .whole: names[...]
        case .forward: names.prefix(half)
        case .backward: names.dropFirst(half)
        }
      return try own.map { try layerGroup.node($0).weights() }
    }
  }
}
