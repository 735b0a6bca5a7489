// Keras' save_weights and other HDF5 files without a description of layers: arrays by the names of their
// groups, read as any named arrays are. What the names do not say is assumed, and said.

import LSTMCore

/// HDF5 files of named arrays.
enum KerasWeightsOnly {
  /// At most so many groups and arrays are looked at: links can lead to one of them again and again.
  private static let mostNodes = 20_000

  /// Reads a model out of the arrays below a group.
  ///
  /// - Throws: ``HDF5Error``, ``ModelError``.
  static func model(_ root: HDF5Node, file: String, _ choice: StateDictChoice) throws -> LSTMModel {
    let version = try root.text("keras_version")
    var entries = try arrays(root)
    let isKeras3 = entries.contains { $0.0.contains("/vars/") }
    if isKeras3 { entries = entries.map { (usualName($0.0), $0.1) } }
    let hasHardGates = !isKeras3 && isBefore2_3(version)
    var hard = CellVariant<Double>()
    for gate in [Gate.forget, .input, .output] {
      hard.activations[gate] = Activation(.hardSigmoid, alpha: 0.2, beta: 0.5)
    }
    var archive = TensorArchive(entries)
    let isKeras = entries.contains { $0.0.contains("recurrent_kernel") }
    if isKeras {
      archive = TensorArchive(try splitCuDNN(entries))
      let made =
        version.map { "Keras \($0)" } ?? (isKeras3 ? "Keras 3" : "Keras of no known version")
      archive.notes.append(
        ReadingNote(
          .assumed,
          "the file holds weights of \(made) without their layers: gates are taken for "
            + (hasHardGates ? "hard sigmoids, 0.2 x + 0.5, as before Keras 2.3" : "logistic")
            + ", the candidate for tanh, a head for linear"))
    }
    var model = try StateDictReader.read(
      archive, file: file, format: isKeras ? "Keras weights" : "HDF5 arrays", choice: choice
    ) { name in hasHardGates && isKeras ? hard : nil }
    if isKeras, let version { model.provenance.framework = "Keras \(version)" }
    return model
  }

  /// Every array below a group with its path, in the order in which Keras lists layers, else by name.
  private static func arrays(_ root: HDF5Node) throws -> [(String, Tensor)] {
    var found: [(String, Tensor)] = []
    var count = 0
    func walk(_ node: HDF5Node, _ depth: Int) throws {
      count += 1
      guard depth < HDF5Node.greatestDepth, count <= mostNodes else { return }
      if node.isDataset {
        guard let tensor = try? node.tensor(), tensor.type.isFloatingPoint else { return }
        found.append((node.place, tensor))
        return
      }
      guard node.isGroup else { return }
      let links = try node.file.links(of: node)
      let listed = (try? node.splitTexts("layer_names") ?? node.splitTexts("weight_names")) ?? []
      let own = listed.filter { links[$0] != nil }
      for name in own + links.keys.sorted().filter({ !own.contains($0) }) {
        guard case .object? = links[name]?.target else { continue }
        if name.hasPrefix("optimizer") || name == "top_level_model_weights" { continue }
        try walk(node.node(name), depth + 1)
      }
    }
    try walk(root, 0)
    return found
  }

  /// "layers/lstm/cell/vars/1" as "layers/lstm/recurrent_kernel": Keras 3 numbers the arrays of a layer.
  private static func usualName(_ path: String) -> String {
    let parts = path.split(separator: "/").map(String.init)
    guard parts.count >= 3, parts[parts.count - 2] == "vars",
      let place = Int(parts[parts.count - 1])
    else { return path }
    let isCell = parts[parts.count - 3] == "cell"
    let stem = parts.dropLast(isCell ? 3 : 2).joined(separator: "/")
    let name: String
    if isCell {
      name =
        ["kernel", "recurrent_kernel", "bias"].indices.contains(place)
        ? ["kernel", "recurrent_kernel", "bias"][place] : "\(place)"
    } else if parts[parts.count - 3].hasPrefix("embedding") {
      name = "embeddings"
    } else {
      name = ["kernel", "bias"].indices.contains(place) ? ["kernel", "bias"][place] : "\(place)"
    }
    return "\(stem)/\(name)"
  }

  /// A bias of 8H is cuDNN's two, one after the other; its matrices lie unit by unit.
  private static func splitCuDNN(_ entries: [(String, Tensor)]) throws -> [(String, Tensor)] {
    let table = Dictionary(entries, uniquingKeysWith: { first, _ in first })
    var result = table
    var added: [String: (String, Tensor)] = [:]
    for (name, recurrent) in entries where name.contains("recurrent_kernel") {
      let (kernelName, biasName) = (
        name.replacing("recurrent_kernel", with: "kernel"),
        name.replacing("recurrent_kernel", with: "bias")
      )
      guard let kernel = table[kernelName], let bias = table[biasName],
        recurrent.shape.count == 2, kernel.shape.count == 2,
        let units = recurrent.shape.first, units > 0, recurrent.shape[1] / 4 == units,
        recurrent.shape[1] % 4 == 0, kernel.shape[1] == recurrent.shape[1],
        bias.shape == [8 * units]
      else { continue }
      let usual = KerasOldForms.fromCuDNN([kernel, recurrent, bias], units: units)
      let sum = zip(usual[2].1.doubles(), usual[3].1.doubles()).map(+)
      result[kernelName] = usual[0].1
      result[name] = usual[1].1
      result[biasName] =
        bias.type == .float64
        ? Tensor(sum, shape: [4 * units]) : Tensor(sum.map { Float($0) }, shape: [4 * units])
      added[name] = nil
    }
    return entries.map { ($0.0, result[$0.0] ?? $0.1) }
  }

  /// Whether a version is older than Keras 2.3, which made gates logistic; TensorFlow's own ("2.2.4-tf")
  /// had them so before.
  private static func isBefore2_3(_ version: String?) -> Bool {
    guard let version, !version.contains("tf") else { return false }
    let parts = version.split(separator: ".").compactMap { Int($0) }
    guard let major = parts.first else { return false }
    return major < 2 || (major == 2 && (parts.dropFirst().first ?? 0) < 3)
  }
}
