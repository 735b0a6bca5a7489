// What is computed and timed: one case, its name and how much work it is. Which cases there are is
// in CaseGrid.swift.

/// One thing that every competitor computes. Every layer is H wide and the first reads H numbers,
/// I = H.
package struct BenchmarkCase: Codable, Hashable, Sendable {
  /// How the steps are asked for.
  package enum Kind: String, Codable, CaseIterable, Sendable {
    /// `steps` calls of one step each; the state is given and carried from call to call. Times are
    /// those of one call.
    case stream
    /// One call over all steps, from a given state; every output is kept.
    case sequence
    /// One whole training step: embedding, layers, linear head, cross-entropy, clipping, Adam.
    case training
  }

  package let kind: Kind
  /// H.
  package let hiddenSize: Int
  /// B.
  package let batch: Int
  /// T, or the number of calls of a stream.
  package let steps: Int
  /// L.
  package let layers: Int
  /// D, 1 or 2.
  package let directions: Int
  /// The number of different tokens, V; only in training.
  package let vocabulary: Int?

  package init(
    _ kind: Kind, hidden hiddenSize: Int, batch: Int = 1, steps: Int, layers: Int = 1,
    directions: Int = 1, vocabulary: Int? = nil
  ) {
    self.kind = kind
    self.hiddenSize = hiddenSize
    self.batch = batch
    self.steps = steps
    self.layers = layers
    self.directions = directions
    self.vocabulary = vocabulary
  }

  /// What the case is called in options and files, such as `sequence-h256-b32-t50-l2`.
  package var id: String {
    var parts = ["\(kind.rawValue)-h\(hiddenSize)-b\(batch)"]
    if kind != .stream { parts.append("t\(steps)") }
    if layers > 1 { parts.append("l\(layers)") }
    if directions > 1 { parts.append("d\(directions)") }
    if let vocabulary { parts.append("v\(vocabulary)") }
    return parts.joined(separator: "-")
  }

  /// What the case is called in tables, such as "256, 32, 50, 2 layers".
  package var title: String {
    var parts = ["\(hiddenSize)", "\(batch)"]
    if kind != .stream { parts.append("\(steps)") }
    if layers > 1 { parts.append("\(layers) layers") }
    if directions > 1 { parts.append("both directions") }
    if let vocabulary { parts.append("V \(vocabulary)") }
    return parts.joined(separator: ", ")
  }

  /// How many units a measured repetition holds, whose time is given: the calls of a stream.
  package var unitsInRepetition: Int { kind == .stream ? steps : 1 }

  /// The number of inputs of a layer, counted from 0: H, or D·H above another.
  package func inputSize(ofLayer layer: Int) -> Int {
    layer == 0 ? hiddenSize : directions * hiddenSize
  }

  /// The multiplications and additions of the gates' sums in one repetition: 8·H·(I + H) for each
  /// step, sequence and direction, and in training three times as many (forward once, backward
  /// twice) and those of the head.
  package var operations: Double {
    var perStep = 0
    for layer in 0..<layers {
      perStep += 8 * hiddenSize * (inputSize(ofLayer: layer) + hiddenSize) * directions
    }
    var operations = Double(perStep) * Double(batch * steps)
    if kind == .training {
      operations += 2 * Double(hiddenSize * (vocabulary ?? 0)) * Double(batch * steps)
      operations *= 3
    }
    return operations
  }
}
