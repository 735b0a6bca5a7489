// What stands around an LSTM in a file of named arrays: embeddings and linear layers, told apart
// by their names and by whether their shapes fit.

import LSTMCore

/// A two-dimensional array that may be an embedding or a linear layer.
struct LinearPart {
  /// Its name without the last part, "decoder"; the whole name where that is all there is.
  let module: String
  /// The full name of the matrix.
  let weight: String
  /// The full name of the bias, where there is one.
  let bias: String?
  /// The sizes as stored.
  let shape: [Int]
  /// Whether the matrix is `[in, out]`, as TensorFlow, Flax and Haiku store it.
  let isTransposed: Bool
  /// Whether the name alone says that it is an embedding.
  let isEmbedding: Bool

  /// The number of outputs of a linear layer.
  var outputs: Int { isTransposed ? shape[1] : shape[0] }
  /// The number of inputs of a linear layer; the width of an embedding.
  var inputs: Int { isTransposed ? shape[0] : shape[1] }

  /// "fc.weight (10 x 4)".
  var description: String { "\(weight) (\(shape[0]) x \(shape[1]))" }

  private var last: String { pathComponents(module).last?.lowercased() ?? "" }
  private var isNumbered: Bool { !last.isEmpty && last.utf8.allSatisfy { (48...57).contains($0) } }

  /// Whether the name is one that embeddings usually have.
  private var soundsLikeEmbedding: Bool {
    isEmbedding || last == "encoder" || last == "wte"
      || ["emb", "lookup", "token"].contains { last.contains($0) }
  }

  /// Whether the name is one that heads usually have.
  private var soundsLikeHead: Bool {
    last.hasPrefix("fc") || last.hasPrefix("out")
      || ["linear", "head", "dense", "decoder", "classif", "logit", "proj"].contains {
        last.contains($0)
      }
  }

  /// Every such array but those that belong to an LSTM.
  static func all(in archive: TensorArchive, except taken: Set<String>) -> [LinearPart] {
    let endings: [(weight: String, bias: String?, isTransposed: Bool)] = [
      ("weight", "bias", false), ("kernel", "bias", true), ("w", "b", true),
      ("embedding", nil, false), ("embeddings", nil, false),
    ]
    let names = Set(archive.entries.map(\.name))
    return archive.entries.compactMap { entry in
      guard entry.tensor.shape.count == 2, entry.tensor.type.isFloatingPoint,
        entry.tensor.shape.allSatisfy({ $0 > 0 }), !taken.contains(entry.name)
      else { return nil }
      let tail = entry.name.hasSuffix(":0") ? ":0" : ""
      let name = entry.name.dropLast(tail.count)
      guard let last = pathComponents(String(name)).last,
        let ending = endings.first(where: { $0.weight == last })
      else { return nil }
      let stem = name.dropLast(last.count)
      let bias = ending.bias.map { stem + $0 + tail }.flatMap { names.contains($0) ? $0 : nil }
      return LinearPart(
        module: stem.isEmpty ? String(name) : String(stem.dropLast()), weight: entry.name,
        bias: bias, shape: entry.tensor.shape, isTransposed: ending.isTransposed,
        isEmbedding: ending.bias == nil)
    }
  }

  /// Which of the parts could be the embedding before an LSTM, the likely ones only.
  ///
  /// One with a usual name; else one that a plain number names, as in `nn.Sequential`.
  static func embeddings(_ parts: [LinearPart], width: Int) -> [LinearPart] {
    let fitting = parts.filter { $0.fits(embedding: width) && !$0.soundsLikeHead }
    let named = fitting.filter(\.soundsLikeEmbedding)
    return named.isEmpty ? fitting.filter(\.isNumbered) : named
  }

  /// Which of the parts could be the linear layer after an LSTM, the likely ones only.
  ///
  /// Those with a usual name; else those with a bias or named by a number.
  static func heads(_ parts: [LinearPart], width: Int) -> [LinearPart] {
    let fitting = parts.filter { $0.fits(head: width) && !$0.soundsLikeEmbedding }
    let named = fitting.filter(\.soundsLikeHead)
    return named.isEmpty ? fitting.filter { $0.bias != nil || $0.isNumbered } : named
  }

  /// Whether it could be an embedding of this width.
  func fits(embedding width: Int) -> Bool { inputs == width && bias == nil && !isTransposed }

  /// Whether it could be a linear layer over this many features.
  func fits(head width: Int) -> Bool { inputs == width && !isEmbedding }
}
