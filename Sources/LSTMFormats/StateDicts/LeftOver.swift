// What a file of named arrays holds beside the LSTM: the modules that are left over, told from what
// only training needs; and whether one of them can be the LSTM's head without guessing.

import LSTMCore

/// A module whose arrays no part of the model has taken.
struct LeftOver {
  /// What stands before the last part of its arrays' names; the whole name where that is all.
  let module: String
  /// Its arrays: full names and shapes, in the order of the file.
  var arrays: [(name: String, shape: [Int])]
  /// The place of its first array in the file.
  let place: Int

  /// "conv (8 x 3 x 3)": the largest of its arrays.
  var description: String {
    let largest = arrays.max { $0.shape.reduce(1, *) < $1.shape.reduce(1, *) }?.shape ?? []
    let sizes = largest.map(String.init).joined(separator: " x ")
    return sizes.isEmpty ? shown(module) : "\(shown(module)) (\(sizes))"
  }

  /// Whether an array is of an optimizer, a schedule or a counter, and no part of a network.
  static func isOfTraining(_ name: String) -> Bool {
    let parts = pathComponents(name).map { $0.lowercased() }
    if parts.last == "num_batches_tracked" { return true }
    if parts.contains(where: { ["callbacks", "trainer", "trainer_params"].contains($0) }) {
      return true
    }
    let first = parts.first ?? ""
    if ["optim", "sched", "scaler", "callbacks", "loops", "rng_state", "history_errs"].contains(
      where: {
        first.hasPrefix($0)
      }) || first.hasSuffix("_optimizer_state") || first.contains("optimizer_state")
    {
      return true
    }
    if ["train_err", "test_err", "valid_err"].contains(first), parts.count == 1 { return true }
    let moments: Set = [
      "exp_avg", "exp_avg_sq", "max_exp_avg_sq", "momentum_buffer", "square_avg", "acc_delta",
      "grad_avg",
    ]
    if let last = parts.last, moments.contains(last) { return true }
    guard parts.last == "step", let place = parts.firstIndex(of: "state") else { return false }
    return parts.count == place + 3 && Int(parts[place + 1]) != nil
  }

  /// Every module of an archive but for what is taken.
  static func all(in archive: TensorArchive, except taken: Set<String>) -> [LeftOver] {
    var order: [String] = []
    var found: [String: LeftOver] = [:]
    for (place, entry) in archive.entries.enumerated()
    where !taken.contains(entry.name) && !isOfTraining(entry.name) {
      let last = pathComponents(entry.name).last ?? ""
      let stem = entry.name.dropLast(last.count + 1)
      let module = stem.isEmpty ? entry.name : String(stem)
      if found[module] == nil {
        order.append(module)
        found[module] = LeftOver(module: module, arrays: [], place: place)
      }
      found[module]?.arrays.append((entry.name, entry.tensor.shape))
    }
    return order.compactMap { found[$0] }
  }

  /// A list of some of them for a sentence.
  static func list(_ parts: [LeftOver]) -> String {
    let shown = parts.prefix(8).map(\.description).joined(separator: ", ")
    return parts.count > 8 ? "\(shown) and \(parts.count - 8) more" : shown
  }
}

/// Whether a linear layer is the LSTM's without a doubt.
struct HeadSearch {
  /// What stands before the LSTM's own name: "model" of "model.lstm".
  let scope: String
  /// The place of the LSTM's first and last array in the file.
  let places: ClosedRange<Int>
  /// The width that the LSTM puts out.
  let width: Int
  /// Whether the file's order is that in which somebody made the modules.
  let isOrdered: Bool
  /// Whether the file has other LSTMs or cells.
  let hasOthers: Bool
  /// Every module that has arrays.
  let modules: Set<String>

  /// What was found: the head, or why none was taken.
  enum Result {
    case head(LinearPart)
    case doubtful([LinearPart], because: String)
    case none
  }

  /// Looks for the one linear layer that nothing stands before and nothing after.
  ///
  /// - Parameters:
  ///   - likely: linear layers of the LSTM's width, by their names.
  ///   - leftOver: all that neither the LSTM nor its embedding has taken.
  func search(_ likely: [LinearPart], _ leftOver: [LeftOver]) -> Result {
    let near = likely.filter { isNear($0.module) }
    guard let only = near.first else {
      return likely.isEmpty ? .none : .doubtful(likely, because: "it belongs to another part")
    }
    guard near.count == 1 else {
      return .doubtful(near, because: "several would do")
    }
    if hasOthers, !isOwn(only.module) {
      return .doubtful(near, because: "the file has other LSTMs, whose it may be")
    }
    if let last = pathComponents(only.module).last, let number = Int(last), number > 0,
      !modules.contains("\(only.module.dropLast(last.count))\(number - 1)")
    {
      return .doubtful(
        near, because: "by its number something stands before it that has no arrays")
    }
    let others = leftOver.filter { $0.module != only.module && canStandAfter($0) }
    guard others.isEmpty else {
      return .doubtful(near, because: "\(LeftOver.list(others)) may stand between or after")
    }
    return .head(only)
  }

  /// Whether a module may belong to the LSTM: it stands beside it, or further out.
  private func isNear(_ module: String) -> Bool {
    let outer = Self.parent(module)
    return !hasOthers || scope == outer || scope.hasPrefix(outer.isEmpty ? "" : outer + ".")
      || scope.hasPrefix(outer + "/") || outer.hasPrefix(scope.isEmpty ? "" : scope + ".")
  }

  /// Whether a module stands right beside the LSTM, within something of its own.
  private func isOwn(_ module: String) -> Bool {
    !scope.isEmpty && Self.parent(module) == scope
  }

  /// Whether what is left over could work on what the LSTM puts out.
  private func canStandAfter(_ part: LeftOver) -> Bool {
    guard isOrdered, part.place < places.lowerBound else { return true }
    // Made before the LSTM, and so likely before it in the network, but for what has its width.
    let last = pathComponents(part.module).last?.lowercased() ?? ""
    guard !["emb", "lookup", "token"].contains(where: { part.module.lowercased().contains($0) })
    else { return false }
    return part.arrays.contains { $0.shape.count == 2 && $0.shape.last == width }
      || last.contains("attn") || last.contains("attention")
  }

  /// What stands before the last part of a name.
  static func parent(_ module: String) -> String {
    guard let last = pathComponents(module).last else { return "" }
    return String(module.dropLast(min(module.count, last.count + 1)))
  }
}
