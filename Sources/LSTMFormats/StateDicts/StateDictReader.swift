// A model out of named arrays: the LSTM, the embedding before it and the linear layer after it are
// found by their names and shapes. What container the arrays came in is somebody else's business.

import LSTMCore

/// Reads models out of named arrays, in the names of PyTorch, MLX, Keras, TensorFlow 1, Flax and
/// Haiku.
public enum StateDictReader {
  /// Reads a model.
  ///
  /// TensorFlow 1 and Haiku add 1 to the forget gate when they run and store it nowhere: it comes
  /// back as the forget gate's second bias.
  ///
  /// - Parameters:
  ///   - archive: the arrays.
  ///   - file: the file's name, for errors and the provenance.
  ///   - format: what kind of file it is, for the provenance.
  ///   - choice: which parts to take where several would do.
  ///   - isOrdered: whether the arrays stand in the order in which their layers were made.
  ///   - variant: the settings of a cell by what stands before its names; nil where nothing else says.
  /// - Throws: ``ModelError`` where there is no LSTM, where several parts would do, and where
  ///   something is missing or of the wrong shape; `NetworkError` where the parts do not fit one
  ///   another.
  public static func read(
    _ archive: TensorArchive, file: String, format: String? = nil,
    choice: StateDictChoice = .init(), isOrdered: Bool = true,
    variant: ((_ cell: String) -> CellVariant<Double>?)? = nil
  ) throws -> LSTMModel {
    let archive = try archive.inUsualNames(file: file)
    let table = TensorTable(archive, file: file)
    var all = CellSource.all(in: archive).filter { source in
      !source.names.values.contains(where: LeftOver.isOfTraining)
    }
    for index in all.indices {
      if let settings = variant?(all[index].module) { all[index].variant = settings }
    }
    let cells = all.filter { $0.otherKind(table) == nil }
    let lstm = try lstm(cells, others: all, archive, table, choice)
    let own = Set(lstm.sources.flatMap { $0.names.values })
    let taken = Set(all.flatMap { $0.names.values })
    let reading = Reading(
      archive: archive, table: table, format: format, choice: choice, lstm: lstm, taken: taken,
      hasOthers: !taken.subtracting(own).isEmpty, isOrdered: isOrdered)
    var model = try reading.model(in: Float.self) ?? reading.model()
    let listed = LSTMCandidate.all(cells, table)
    if listed.count > 1 { model.listedLSTMs = listed.map { $0.description(table) } }
    return model
  }

  /// The type that holds the numbers of all the tensors.
  static func precision(_ types: [NumberType]) -> StoredPrecision {
    let different = Set(types)
    if different.count == 1, let only = different.first?.storedPrecision { return only }
    return different.contains(.float64) ? .float64 : .float32
  }

  private static func lstm(
    _ cells: [CellSource], others: [CellSource], _ archive: TensorArchive, _ table: TensorTable,
    _ choice: StateDictChoice
  ) throws -> LSTMCandidate {
    let candidates = LSTMCandidate.all(cells, table)
    if choice.lstm.isEmpty {
      if candidates.count == 1 { return candidates[0] }
      if let chain = LSTMCandidate.numberedChain(candidates, table) { return chain }
      guard candidates.isEmpty else {
        throw ModelError.several(
          .lstm, file: table.file, candidates: candidates.map { $0.description(table) },
          chain: LSTMCandidate.chain(candidates, table)?.map(\.name))
      }
      let names = archive.entries.map(\.name)
      throw ModelError.noLSTM(
        file: table.file, tensors: names.count,
        instead: others.lazy.compactMap { $0.otherKind(table) }.first
          ?? (!names.isEmpty && names.allSatisfy(LeftOver.isOfTraining)
            ? "its \(names.count) tensors are the state of an optimizer, whose model is in another "
              + "file" : nil))
    }
    // A cell of a stack can be taken by itself too.
    let alone = cells.filter { $0.layer == nil }.map {
      LSTMCandidate(name: $0.module, layers: [.init(forward: $0)])
    }
    let layers = try choice.lstm.flatMap { name -> [LSTMCandidate.Layer] in
      let plain = name.hasSuffix(".") || name.hasSuffix("/") ? String(name.dropLast()) : name
      guard
        let chosen = (candidates + alone).first(where: { $0.name == plain })
          ?? Self.only(candidates + alone, endingIn: plain)
      else {
        throw ModelError.unknownPart(
          .lstm, file: table.file, name: name,
          nearest: nearestName(to: plain, among: candidates.map(\.name)),
          candidates: candidates.map { $0.description(table) })
      }
      return chosen.layers
    }
    return LSTMCandidate(name: choice.lstm.joined(separator: ","), layers: layers)
  }

  /// The only candidate whose name ends in a name: "lstm" for "model_state_dict.lstm".
  private static func only(_ candidates: [LSTMCandidate], endingIn name: String) -> LSTMCandidate? {
    let found = candidates.filter { $0.name.hasSuffix(".\(name)") || $0.name.hasSuffix("/\(name)") }
    return found.count == 1 ? found[0] : nil
  }
}
