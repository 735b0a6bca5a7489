// The names that a model's arrays are written under in PyTorch's form: those that they were read with,
// where these are PyTorch's, so that the author's own class loads them.

import LSTMCore

/// What stands before the names of arrays.
struct WrittenNames: Equatable {
  /// The LSTM: "lstm" of "lstm.weight_ih_l0"; empty for none.
  var lstm = "lstm"
  /// The embedding's array.
  var embedding = "embedding.weight"
  /// The head's: "head" of "head.weight".
  var head = "head"

  init() {}

  /// The names that a model was read with; the usual ones for what it was read from otherwise.
  init(_ model: LSTMModel) {
    guard model.provenance.framework?.hasPrefix("PyTorch") == true else { return }
    if let lstm = Self.lstm(model.parts) { self.lstm = lstm }
    if let name = Self.own(model.parts, "embedding")?.first, name.hasSuffix("weight") {
      embedding = Self.inner(name)
    }
    if let name = Self.own(model.parts, "head")?.first, name.hasSuffix(".weight") {
      head = Self.inner(String(name.dropLast(".weight".count)))
    }
  }

  /// A name of a part of the LSTM: "lstm.weight_ih_l0".
  func cell(_ leaf: String) -> String { lstm.isEmpty ? leaf : "\(lstm).\(leaf)" }

  /// What stands before the names of all layers, if it is the same.
  private static func lstm(_ parts: [LSTMModel.Part]) -> String? {
    var found: Set<String> = []
    for part in parts where part.role.hasPrefix("layer ") {
      for name in part.names {
        guard let leaf = pathComponents(name).last,
          ["weight_ih_l", "weight_hh_l", "bias_ih_l", "bias_hh_l", "weight_hr_l"].contains(
            where: { leaf.hasPrefix($0) })
        else { return nil }
        found.insert(String(name.dropLast(min(name.count, leaf.count + 1))))
      }
    }
    return found.count == 1 ? found.first.map(inner) : nil
  }

  private static func own(_ parts: [LSTMModel.Part], _ role: String) -> [String]? {
    parts.first { $0.role == role }?.names
  }

  /// A name without those of the dictionaries that a checkpoint puts around a state dict.
  private static func inner(_ name: String) -> String {
    var rest = name[...]
    for outer in ["state_dict", "model_state_dict", "model_state", "net_state_dict"]
    where rest == outer || rest.hasPrefix("\(outer).") {
      rest = rest.dropFirst(outer.count + 1)
    }
    return String(rest)
  }
}
