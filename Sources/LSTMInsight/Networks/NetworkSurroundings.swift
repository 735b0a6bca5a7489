// What a model says beside its network and that changes what it gives, as far as it is shown and
// compared. How it is carried out is the business of whoever runs the model.

import LSTMCore

/// What stands around a network in its model.
public struct NetworkSurroundings: Equatable, Sendable {
  /// The states to start from, for so many sequences or, in one row, for any; nil for zeros.
  public var initialState: NetworkState<Double>?
  /// The lengths of the sequences; nil where they are as long as the input.
  public var lengths: [Int]?
  /// Which steps are skipped, in words: "steps with token 0"; nil for none.
  public var mask: String?

  /// Makes surroundings of what there is.
  public init(
    initialState: NetworkState<Double>? = nil, lengths: [Int]? = nil, mask: String? = nil
  ) {
    (self.initialState, self.lengths, self.mask) = (initialState, lengths, mask)
  }

  /// What stands around a model's network.
  public init(_ model: LSTMModel) {
    self.init(
      initialState: model.initialState, lengths: model.lengths, mask: model.mask?.words)
  }

  /// How many sequences the initial states are for; nil where they are for any, or none.
  public var sequences: Int? {
    initialState?.parts.first.flatMap { $0.hidden.rows == 1 ? nil : $0.hidden.rows }
  }

  /// Each in a sentence of its own.
  var sentences: [String] {
    var found: [String] = []
    if let initialState {
      let values = initialState.parts.flatMap { $0.hidden.values + $0.cell.values }
      let largest = values.reduce(0) { max($0, abs($1)) }
      found.append(
        "starts from states of its own for \(sequences.map { "\($0) sequences" } ?? "any batch"), "
          + "\(NumberFormat(digits: 4).text(largest)) at most in size")
    }
    if let mask { found.append("skips \(mask)") }
    if let lengths {
      let shown = lengths.prefix(8).map { "\($0)" }.joined(separator: ", ")
      found.append(
        "takes sequences of \(shown)\(lengths.count > 8 ? ", …" : "") steps "
          + "where no lengths are given")
    }
    return found
  }
}
