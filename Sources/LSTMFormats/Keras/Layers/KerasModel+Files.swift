// A Keras model as files of Keras 3: a `.keras` archive, or an `.h5` file in the older form. The same
// model always gives the same bytes.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension KerasModel {
  /// The version whose form is written, for the file to name.
  static let writtenVersion = "3.15.1"

  /// Writes the model to a file: in the older form where its name ends in `.h5`, else as a `.keras`
  /// archive.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  public func write(to path: String) throws {
    try ByteOutput.file(path) { try write(to: $0) }
  }

  /// Writes the model in the form that the output's name asks for.
  func write(to output: ByteOutput) throws {
    let isLegacy = output.name.lowercased().hasSuffix(".h5")
    try isLegacy ? writeLegacy(to: output) : writeArchive(to: output)
  }

  /// Writes the model as a `.keras` archive.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  func writeArchive(to output: ByteOutput) throws {
    let config = try KerasConfigWriter(self).data()
    // Keras asks for a date; the first that zip knows makes for the same bytes every day.
    let metadata =
      #"{"keras_version": "\#(Self.writtenVersion)", "date_saved": "1980-01-01@00:00:00", "#
      + #""\#(Self.ownMarkKey)": "\#(Self.ownMark)"}"#
    var zip = ZipWriter(output)
    let members = [
      (KerasArchive.metadataName, Array(metadata.utf8)), (KerasArchive.configName, Array(config)),
      (KerasArchive.weightsName, HDF5Writer.bytes(of: archiveGroups)),
    ]
    for (name, bytes) in members { try bytes.withUnsafeBytes { try zip.add(name, $0) } }
    try zip.finish()
  }

  /// Writes the model as an `.h5` file.
  ///
  /// - Throws: as ``writeArchive(to:)``.
  func writeLegacy(to output: ByteOutput) throws {
    let config = try KerasConfigWriter(self).data()
    var root = legacyGroups
    root.attributes += [
      ("model_config", .one(String(decoding: config, as: UTF8.self))),
      (Self.ownMarkKey, .one(Self.ownMark)),
    ]
    try output.write(HDF5Writer.bytes(of: root))
  }

  /// The weights as an archive has them: a group for each layer, the weights numbered.
  private var archiveGroups: HDF5Group {
    var all = HDF5Group()
    for layer in layers where !layer.weights.entries.isEmpty {
      var group = HDF5Group()
      for (part, tensors) in layer.parts {
        let inner: [String] =
          switch (layer.kind, part) {
          case (.lstm, _): ["cell"]
          case (.bidirectional, .some(let part)): ["\(part)_layer", "cell"]
          default: []
          }
        for (index, tensor) in tensors.enumerated() {
          group.add(HDF5Numbers(weights: tensor.tensor), at: inner + ["vars", "\(index)"])
        }
      }
      all.groups[layer.name] = group
    }
    return HDF5Group(groups: ["layers": all])
  }

  /// The weights as an old file has them: each layer lists the paths of its own.
  private var legacyGroups: HDF5Group {
    let versions: [(String, HDF5Text)] = [
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
          group.add(HDF5Numbers(weights: tensor.tensor), at: path)
          paths.append(path.joined(separator: "/"))
        }
      }
      group.add(paths, named: "weight_names")
      weights.groups[layer.name] = group
      listed.append(layer.name)
    }
    weights.add(listed, named: "layer_names")
    return HDF5Group(attributes: versions, groups: ["model_weights": weights])
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

extension HDF5Numbers {
  /// Weights; Keras knows bfloat16 by a word beside them.
  fileprivate init(weights tensor: Tensor) {
    self.init(
      tensor: tensor, attributes: tensor.type == .bfloat16 ? [("dtype", .one("bfloat16"))] : [])
  }
}
