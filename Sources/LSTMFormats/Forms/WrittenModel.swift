// What a file that was written holds where it is not what the model has: layers of some frameworks have
// one bias where a cell has two, and know no one-hot.

import LSTMCore

extension ModelForm {
  /// The framework whose layers have one bias only, to which a second is added.
  private var addsBiases: String? {
    switch self {
    case .keras: "Keras"
    case .mlx: "MLX"
    default: nil
    }
  }

  /// How many learned numbers of a model a file of this form holds.
  public func parameterCount(of model: LSTMModel) -> Int {
    var count = model.parameterCount.total
    if addsBiases != nil { count -= model.secondBiasCount }
    if self == .keras, case .oneHot(let size) = model.network.front { count += size * size }
    return count
  }

  /// What stands in a file of this form otherwise than in the model and computes the same, in words.
  public func changes(_ model: LSTMModel) -> [String] {
    var found: [String] = []
    if let addsBiases, model.secondBiasCount > 0 {
      found.append("second biases were added to the first, for \(addsBiases) has one")
    }
    if self == .keras, case .oneHot(let size) = model.network.front {
      found.append("the one-hot became an Embedding of the identity, \(size) x \(size)")
    }
    return found
  }
}

extension LSTMModel {
  /// How many numbers the second biases have; 0 in a model without biases.
  fileprivate var secondBiasCount: Int {
    guard hasBiases else { return 0 }
    return network.cells.reduce(0) { count, place in
      let parameters = place.cell.parameters
      return Gate.allCases.reduce(count) { $0 + (parameters.gates[$1].recurrentBias?.count ?? 0) }
    }
  }
}
