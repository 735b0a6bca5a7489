// Named arrays that say the same in another way than the readers of names know: weight drop, weight norm,
// quantised LSTMs, nameless lists. They are brought into the usual names here, with a word on each.

import LSTMCore

extension TensorArchive {
  /// The archive with every array under a name that ``CellNaming`` may know.
  ///
  /// - Throws: ``ModelError`` where arrays that belong together do not fit.
  func inUsualNames(file: String) throws -> TensorArchive {
    var archive = self
    archive.takeWeightDrop()
    try archive.takeWeightNorm(file: file)
    archive.takeQuantisedLayers()
    archive.nameLists()
    return archive
  }

  private mutating func note(_ kind: ReadingNote.Kind, _ words: String) {
    notes.append(ReadingNote(kind, words))
  }

  /// `weight_hh_l0_raw` of weight drop is the weight; the plain name beside it is what was left of it
  /// after some were dropped (Merity and others, "Regularizing and optimizing LSTM language models",
  /// 2017).
  private mutating func takeWeightDrop() {
    let raw = entries.filter { $0.name.hasSuffix("_raw") && $0.name.contains("weight_") }
    guard !raw.isEmpty else { return }
    let known = Set(entries.map(\.name))
    /// The weight's own name, which has a module more where a wrapper keeps the raw one (fastai).
    func plain(_ raw: String) -> String {
      let name = String(raw.dropLast(4))
      guard let leaf = pathComponents(name).last else { return name }
      let inner = "\(name.dropLast(leaf.count))module.\(leaf)"
      let other = inner.replacing("weight_hh_", with: "weight_ih_")
      return known.contains(other) ? inner : name
    }
    let names = Dictionary(
      raw.map { ($0.name, plain($0.name)) }, uniquingKeysWith: { first, _ in first })
    entries.removeAll { names.values.contains($0.name) }
    entries = entries.map { entry in
      names[entry.name].map { Entry(name: $0, tensor: entry.tensor) } ?? entry
    }
    let first = raw[0].name
    note(.changed, "\(first) is taken for \(plain(first)): weight drop is for training")
  }

  /// w = g v / |v|, row by row (Salimans and Kingma, "Weight normalization", 2016), as
  /// `torch.nn.utils.weight_norm` names the two, and as `parametrizations` does.
  private mutating func takeWeightNorm(file: String) throws {
    let table = Dictionary(
      entries.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
    var joined: [String: Tensor] = [:]
    var dropped: Set<String> = []
    for entry in entries {
      let pair: (name: String, length: String)?
      if entry.name.hasSuffix("_v") {
        let name = String(entry.name.dropLast(2))
        pair = (name, name + "_g")
      } else if entry.name.hasSuffix(".original1") {
        let stem = String(entry.name.dropLast(".original1".count))
        pair = (stem.replacing("parametrizations.", with: ""), stem + ".original0")
      } else {
        pair = nil
      }
      guard let pair, let length = table[pair.length] else { continue }
      let rows = entry.tensor.shape.first ?? 0
      guard rows > 0, length.count == rows || length.count == 1 else {
        throw ModelError.shape(
          file: file, tensor: pair.length, found: length.shape,
          expected: "\(rows) x 1, a length for each row of '\(entry.name)'")
      }
      let (directions, lengths) = (entry.tensor.doubles(), length.doubles())
      let width = entry.tensor.count / rows
      var values = directions
      let all = directions.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for row in 0..<rows {
        let own = row * width..<(row + 1) * width
        let norm =
          lengths.count == 1 && rows > 1
          ? all : directions[own].reduce(0) { $0 + $1 * $1 }.squareRoot()
        let factor = norm > 0 ? lengths[lengths.count == 1 ? 0 : row] / norm : 0
        for place in own { values[place] *= factor }
      }
      joined[entry.name] =
        entry.tensor.type == .float64
        ? Tensor(values, shape: entry.tensor.shape)
        : Tensor(values.map { Float($0) }, shape: entry.tensor.shape)
      dropped.formUnion([pair.length, pair.name])
    }
    guard !joined.isEmpty else { return }
    entries = entries.compactMap { entry in
      if let tensor = joined[entry.name] {
        let name =
          entry.name.hasSuffix("_v")
          ? String(entry.name.dropLast(2))
          : String(entry.name.dropLast(".original1".count))
            .replacing("parametrizations.", with: "")
        return Entry(name: name, tensor: tensor)
      }
      return dropped.contains(entry.name) ? nil : entry
    }
    note(.changed, "\(joined.count) weights were computed of their weight norm, g v / |v|")
  }

  /// `torch.ao.nn.quantized.dynamic.LSTM`: a packed cell for each direction of each layer.
  private mutating func takeQuantisedLayers() {
    let marker = "._all_weight_values."
    var cells: [String: [Int: [String: Tensor]]] = [:]
    for entry in entries {
      guard let range = entry.name.firstRange(of: marker) else { continue }
      let module = String(entry.name[..<range.lowerBound])
      let rest = entry.name[range.upperBound...].split(separator: ".", maxSplits: 1)
      guard rest.count == 2, let cell = Int(rest[0]), cell >= 0, cell < 1024 else { continue }
      cells[module, default: [:]][cell, default: [:]][String(rest[1])] = entry.tensor
    }
    guard !cells.isEmpty else { return }
    entries.removeAll { $0.name.contains(marker) }
    for (module, parts) in cells.sorted(by: { $0.key < $1.key }) {
      // Two matrices in the order W, U and two biases; what packs them has changed its form.
      func matrices(_ cell: Int) -> [Tensor] {
        (parts[cell] ?? [:]).sorted { $0.key < $1.key }.map(\.value).filter { $0.shape.count == 2 }
      }
      func biases(_ cell: Int) -> [Tensor] {
        (parts[cell] ?? [:]).sorted { $0.key < $1.key }.map(\.value).filter { $0.shape.count == 1 }
      }
      let first = matrices(0).first?.shape.last
      let hasReverse =
        parts.count > 1 && parts.count.isMultiple(of: 2) && matrices(1).first?.shape.last == first
        && (parts.count == 2 || matrices(2).first?.shape.last != first)
        && matrices(1).first?.shape.last != matrices(1).last?.shape.last
      for cell in parts.keys.sorted() {
        let layer = hasReverse ? cell / 2 : cell
        let suffix = "_l\(layer)" + (hasReverse && cell % 2 == 1 ? "_reverse" : "")
        let names = ["weight_ih", "weight_hh"], others = ["bias_ih", "bias_hh"]
        for (name, tensor) in zip(names, matrices(cell)) {
          entries.append(Entry(name: "\(module).\(name)\(suffix)", tensor: tensor))
        }
        for (name, tensor) in zip(others, biases(cell)) {
          entries.append(Entry(name: "\(module).\(name)\(suffix)", tensor: tensor))
        }
      }
      note(
        .changed,
        "\(module) is a quantised LSTM: its activations were rounded too, here they are not")
    }
  }

  /// `np.savez(path, *model.get_weights())`: arr_0, arr_1 and so on in Keras' order.
  private mutating func nameLists() {
    guard !entries.isEmpty,
      entries.enumerated().allSatisfy({ $1.name == "arr_\($0)" || $1.name == "\($0)" })
    else { return }
    var result: [Entry] = []
    var (lstms, denses, place) = (0, 0, 0)
    func shape(_ offset: Int) -> [Int] {
      place + offset < entries.count ? entries[place + offset].tensor.shape : []
    }
    func isLSTM(_ inputs: [Int], _ hidden: [Int]) -> Bool {
      inputs.count == 2 && hidden.count == 2 && hidden[0] > 0 && hidden[1] / 4 == hidden[0]
        && hidden[1] % 4 == 0 && inputs[1] == hidden[1]
    }
    while place < entries.count {
      if isLSTM(shape(0), shape(1)) {
        let hasBias = shape(2) == [shape(1)[1]]
        let names = ["kernel", "recurrent_kernel"] + (hasBias ? ["bias"] : [])
        for (offset, name) in names.enumerated() {
          result.append(
            Entry(name: "lstm_\(lstms)/\(name)", tensor: entries[place + offset].tensor))
        }
        (lstms, place) = (lstms + 1, place + names.count)
      } else if shape(0).count == 2, shape(1) == [shape(0)[1]] {
        result.append(Entry(name: "dense_\(denses)/kernel", tensor: entries[place].tensor))
        result.append(Entry(name: "dense_\(denses)/bias", tensor: entries[place + 1].tensor))
        (denses, place) = (denses + 1, place + 2)
      } else {
        let name = shape(0).count == 2 && place == 0 ? "embedding/embeddings" : entries[place].name
        result.append(Entry(name: name, tensor: entries[place].tensor))
        place += 1
      }
    }
    guard lstms > 0 else { return }
    entries = result
    note(
      .assumed,
      "the arrays have no names: they are taken for those of Keras' get_weights(), lstm_0 the first"
    )
  }
}
