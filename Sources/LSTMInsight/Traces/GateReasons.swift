// Why a gate is where it is: the terms of its sum, the largest first.

import LSTMCore

/// The terms of the sum that one unit's gate is made of, at one step.
public struct GateReasons: Equatable, Sendable {
  /// One term.
  public struct Term: Equatable, Sendable {
    /// Where a term comes from; features and units are counted from 0.
    public enum Source: Equatable, Sendable {
      /// A feature of what the cell reads.
      case input(Int)
      /// A unit of the old hidden state.
      case hidden(Int)
      /// The bias, or both together.
      case bias
      /// The peephole on the unit's own cell state.
      case peephole
    }

    /// Where it comes from.
    public let source: Source
    /// What it is multiplied of: the weight and the number that it weighs; of a bias nothing.
    public let weight: Double?
    /// The number that is weighed; nil of a bias.
    public let number: Double?
    /// The term.
    public let value: Double
  }

  /// The gate, its unit and the step, counted from 0.
  public let gate: Gate
  /// The unit, counted from 0.
  public let unit: Int
  /// The step, counted from 0; nil where there is none that is meant.
  public let step: Int
  /// The terms, the largest first, whatever their sign.
  public let terms: [Term]
  /// Their sum, the pre-activation, and the gate's value.
  public let sum: Double
  /// The gate's value.
  public let value: Double

  /// Takes a gate's sum apart; nil where the gate is not computed from its weights.
  ///
  /// - Parameters:
  ///   - trace: what happened in the run.
  ///   - gate: the gate.
  ///   - unit: the unit, counted from 0.
  ///   - cell: the place of the cell in the trace's `cells`.
  ///   - step: the step, counted from 0.
  ///   - sequence: the sequence, counted from 0.
  /// - Throws: ``AttributionError`` where the cell took no such step.
  public init?(
    _ trace: RunTrace<Double>, _ gate: Gate, unit: Int, cell: Int, step: Int, sequence: Int = 0
  ) throws {
    guard sequence < trace.batch else {
      throw AttributionError.sequence(sequence, count: trace.batch)
    }
    let taken = try trace.taken(step, cell: cell, sequence: sequence)
    let found = try trace.step(cell, taken: taken, sequence: sequence)
    guard let all = found.gates[gate].terms, let sum = found.gates[gate].preactivation else {
      return nil
    }
    let learned = trace.cells[cell].cell.parameters.gates[gate]
    var terms: [Term] = []
    for (feature, weight) in learned.inputWeights.row(unit).enumerated() {
      let number = found.input[feature]
      terms.append(
        Term(source: .input(feature), weight: weight, number: number, value: weight * number))
    }
    for (other, weight) in learned.hiddenWeights.row(unit).enumerated() {
      let number = found.hidden[other]
      terms.append(
        Term(source: .hidden(other), weight: weight, number: number, value: weight * number))
    }
    let bias = all.bias[unit] + (all.recurrentBias?[unit] ?? 0)
    terms.append(Term(source: .bias, weight: nil, number: nil, value: bias))
    if let peephole = learned.peephole, let term = all.peephole?[unit] {
      let seen = gate == .output ? found.newCell[unit] : found.cell[unit]
      terms.append(
        Term(source: .peephole, weight: peephole[unit], number: seen, value: term))
    }
    (self.gate, self.unit, self.step) = (gate, unit, step)
    self.terms = terms.sorted { abs($0.value) > abs($1.value) }
    (self.sum, value) = (sum[unit], found.gates[gate].value[unit])
  }
}
