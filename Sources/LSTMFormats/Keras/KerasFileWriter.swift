// A model as files of Keras 3: a `.keras` archive, or an `.h5` file in the older form. The same
// model always gives the same bytes.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension KerasModel {
  /// The version whose form is written, for the file to name.
  static let writtenVersion = "3.15.1"

  /// Writes a model as a `.keras` archive.
  ///
  /// - Throws: as ``init(_:file:)``, and ``LSTMFormatsError/unwritableFile(_:reason:)``.
  static func writeArchive(_ model: LSTMModel, to output: ByteOutput) throws {
    let (keras, config) = try parts(model, file: output.name)
    // Keras asks for a date; the first that zip knows makes for the same bytes every day.
    let metadata = #"{"keras_version": "\#(writtenVersion)", "date_saved": "1980-01-01@00:00:00"}"#
    var zip = ZipWriter(output)
    let members = [
      (KerasArchive.metadataName, Array(metadata.utf8)), (KerasArchive.configName, Array(config)),
      (KerasArchive.weightsName, HDF5Writer.bytes(of: keras.archiveGroups)),
    ]
    for (name, bytes) in members { try bytes.withUnsafeBytes { try zip.add(name, $0) } }
    try zip.finish()
  }

  /// Writes a model as an `.h5` file.
  ///
  /// - Throws: as ``writeArchive(_:to:)``.
  static func writeLegacy(_ model: LSTMModel, to output: ByteOutput) throws {
    let (keras, config) = try parts(model, file: output.name)
    var root = keras.legacyGroups
    root.attributes.append(("model_config", .one(String(decoding: config, as: UTF8.self))))
    try output.write(HDF5Writer.bytes(of: root))
  }

  private static func parts(_ model: LSTMModel, file: String) throws -> (KerasModel, Data) {
    let keras = try KerasModel(model, file: file)
    let config = KerasConfigWriter(
      model: keras, inputSize: model.network.front == nil ? model.network.inputSize : nil,
      precision: model.precision)
    return (keras, try config.data())
  }

  /// The weights as an archive has them: a group for each layer, the weights numbered.
  private var archiveGroups: HDF5Group {
    var root = HDF5Group()
    root.add(.group(HDF5Group()), at: ["layers"])
    for layer in layers {
      for (part, tensors) in layer.parts {
        let inner: [String] =
          switch (layer.kind, part) {
          case (.lstm, _): ["cell"]
          case (.bidirectional, .some(let part)): ["\(part)_layer", "cell"]
          default: []
          }
        for (index, tensor) in tensors.enumerated() {
          root.add(
            .weights(tensor.tensor), at: ["layers", layer.name] + inner + ["vars", "\(index)"])
        }
      }
    }
    return root
  }

  /// The weights as an old file has them: each layer lists the paths of its own.
  private var legacyGroups: HDF5Group {
    let versions: [(String, HDF5Group.Text)] = [
      ("backend", .one("tensorflow")), ("keras_version", .one(version)),
    ]
    var weights = HDF5Group(attributes: versions)
    var listed: [String] = []
    for layer in layers where !layer.weights.entries.isEmpty {
      var group = HDF5Group()
      var paths: [String] = []
      for (part, tensors) in layer.parts {
        for tensor in tensors {
          let path = [layer.name] + (part.map { ["\($0)_\(layer.name)"] } ?? []) + [tensor.name]
          group.add(.weights(tensor.tensor), at: path)
          paths.append(path.joined(separator: "/"))
        }
      }
      group.attributes = [("weight_names", .list(paths))]
      weights.add(.group(group), at: [layer.name])
      listed.append(layer.name)
    }
    // An attribute has room for 64 KiB; Keras splits what is longer in this way.
    let most = 4000
    if listed.count <= most {
      weights.attributes.append(("layer_names", .list(listed)))
    } else {
      for (index, start) in stride(from: 0, to: listed.count, by: most).enumerated() {
        let part = listed[start..<min(listed.count, start + most)]
        weights.attributes.append(("layer_names\(index)", .list(Array(part))))
      }
    }
    var root = HDF5Group(attributes: versions)
    root.add(.group(weights), at: ["model_weights"])
    return root
  }
}

extension KerasLayer {
  /// The weights in Keras's order, those of the two directions apart.
  fileprivate var parts: [(part: String?, tensors: [(name: String, tensor: Tensor)])] {
    guard case .bidirectional = kind else {
      return [(nil, weights.entries.map { ($0.name, $0.tensor) })]
    }
    return ["forward", "backward"].map { part in
      let own = weights.entries.filter { $0.name.hasPrefix("\(part)/") }
      return (part, own.map { (String($0.name.dropFirst(part.count + 1)), $0.tensor) })
    }
  }
}

extension HDF5Group.Member {
  /// Weights; Keras knows bfloat16 by a word beside them.
  fileprivate static func weights(_ tensor: Tensor) -> HDF5Group.Member {
    .dataset(tensor, attributes: tensor.type == .bfloat16 ? [("dtype", .one("bfloat16"))] : [])
  }
}
