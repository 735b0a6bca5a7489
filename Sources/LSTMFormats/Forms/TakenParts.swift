// A choice of parts for models whose file says which is which: only what stands around the LSTM can be
// left out, and names that are not there are refused.

import LSTMCore

extension LSTMModel {
  /// The model with what was chosen.
  ///
  /// - Throws: ``ModelError/unknownPart(_:file:name:nearest:candidates:)`` where a name is none of it.
  func taking(_ choice: StateDictChoice, file: String) throws -> LSTMModel {
    guard choice != StateDictChoice() else { return self }
    let network = self.network
    let hasEmbedding = if case .embedding = network.front { true } else { false }
    let head: String? = network.head == nil && headLayers == nil ? nil : "head"
    try choice.refuseParts(
      file: file, lstm: ["lstm"], hasEmbedding: hasEmbedding, head: head)
    var model = self
    if let name = choice.embedding, name != "embedding" {
      throw ModelError.unknownPart(
        .embedding, file: file, name: name, nearest: "embedding", candidates: ["embedding"])
    }
    let dropsFront = choice.withoutEmbedding && network.front != nil
    let dropsHead = choice.withoutHead && head != nil
    guard dropsFront || dropsHead else { return self }
    if dropsFront { (model.mask, model.vocabulary) = (nil, nil) }
    if dropsHead { model.headLayers = nil }
    model.weights = try .init(
      LSTMNetwork(
        front: dropsFront ? nil : network.front, layers: network.layers,
        head: dropsHead ? nil : network.head), of: precision)
    return model
  }
}
