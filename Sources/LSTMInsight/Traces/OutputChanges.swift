// What holding numbers in a run changed in what it gives.

import LSTMCore

/// How far the outputs of a run in which something was held are from those of the run as it is.
public struct OutputChanges: Equatable, Sendable {
  /// The change of one array; steps, sequences and places are counted from 0.
  public struct Change: Equatable, Sendable {
    /// "output", "logits" or "probabilities".
    public let name: String
    /// The largest difference, with its sign, and where it is.
    public let largest: Double
    /// The step, counted from 0; nil where there is none that is meant.
    public let step: Int
    /// The sequence of the batch, counted from 0.
    public let sequence: Int
    /// The place in the row, counted from 0.
    public let place: Int
    /// The mean of all magnitudes.
    public let mean: Double
    /// The first step that differs at all; nil where none does.
    public let firstStep: Int?
  }

  /// What was edited, in words.
  public let edits: [String]
  /// The changes by array.
  public let changes: [Change]

  /// Compares two runs of the same model over sequences of the same lengths.
  ///
  /// - Parameters:
  ///   - edits: what was edited, in words.
  ///   - plain: what the run gives as it is.
  ///   - edited: what it gives with the edits.
  public init(
    edits: [String], from plain: NetworkOutput<Double>, to edited: NetworkOutput<Double>
  ) {
    self.edits = edits
    let arrays: [(String, Array3<Double>?, Array3<Double>?)] = [
      ("output", plain.output, edited.output), ("logits", plain.logits, edited.logits),
      ("probabilities", plain.probabilities, edited.probabilities),
    ]
    changes = arrays.compactMap { name, before, after in
      guard let before, let after, before.shape == after.shape, !before.values.isEmpty else {
        return nil
      }
      let differences = zip(after.values, before.values).map(-)
      let worst = differences.indices.max { abs(differences[$0]) < abs(differences[$1]) } ?? 0
      let row = worst / before.columns
      return Change(
        name: name, largest: differences[worst], step: row / before.rows,
        sequence: row % before.rows, place: worst % before.columns,
        mean: differences.reduce(0) { $0 + abs($1) } / Double(differences.count),
        firstStep: differences.firstIndex { $0 != 0 }.map { $0 / before.columns / before.rows })
    }
  }

  /// The changes for people; everything counted from 1.
  public func text(_ numbers: NumberFormat) -> String {
    var lines = ["what if: \(edits.joined(separator: "; "))"]
    for change in changes {
      guard let first = change.firstStep else {
        lines.append("   \(change.name): every number is the same")
        continue
      }
      lines.append(
        "   \(change.name): changed by up to \(numbers.text(change.largest)) at step \(change.step + 1), "
          + "sequence \(change.sequence + 1), place \(change.place + 1);")
      lines.append(
        "      \(numbers.text(change.mean)) on average; the first step that differs is \(first + 1)"
      )
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The changes for programs.
  var members: [(key: String, value: JSONText)] {
    func number(_ value: Int) -> JSONText { .number(Double(value + 1)) }
    let list = changes.map { change in
      (
        key: change.name,
        value: JSONText.object([
          ("largest", .number(change.largest)), ("at", number(change.step)),
          ("sequence", number(change.sequence)), ("place", number(change.place)),
          ("mean", .number(change.mean)),
          ("firstStep", change.firstStep.map(number) ?? .null),
        ])
      )
    }
    return [("edits", .list(edits.map { .string($0) })), ("changes", .object(list))]
  }
}
