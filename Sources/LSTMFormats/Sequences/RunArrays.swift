// What a run gives, as the named arrays that files and JSON have of it.

import LSTMCore

/// The arrays that a run gives, by name: output, the final states (``StateArrays``) and, where the model
/// has a head, logits and probabilities.
public struct RunArrays: Equatable, Sendable {
  /// An array and what it is called.
  public struct Entry: Equatable, Sendable {
    /// The name.
    public let name: String
    /// The numbers.
    public let array: Array3<Double>
  }

  /// The arrays, in the order in which they are written.
  public let entries: [Entry]

  /// Names what came out of a run.
  ///
  /// - Parameters:
  ///   - output: what came out.
  ///   - model: the model that ran; its layers have the names.
  ///   - isBatchFirst: whether sequences are to be `[B, T, …]`. States never are.
  public init(_ output: NetworkOutput<Double>, of model: LSTMModel, isBatchFirst: Bool = false) {
    func sequences(_ name: String, _ array: Array3<Double>?) -> [Entry] {
      array.map {
        [Entry(name: name, array: isBatchFirst ? $0.swappingPlanesAndRows : $0)]
      } ?? []
    }
    entries =
      sequences("output", output.output)
      + StateArrays.named(output.finalState, of: model).map {
        Entry(name: $0.name, array: $0.array)
      }
      + sequences("logits", output.logits) + sequences("probabilities", output.probabilities)
  }
}
