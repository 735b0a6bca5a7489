// A model's numbers in another type, and what rounding them changed.

/// What rounding to another type changed of a model's numbers.
public struct ModelRounding: Equatable, Sendable {
  /// How many numbers there are.
  public private(set) var count = 0
  /// How many of them changed.
  public private(set) var changed = 0
  /// The largest change.
  public private(set) var largest = 0.0
  /// The largest change in units in the last place of the type: 0.5 at most, since each number is
  /// rounded to the nearest.
  public private(set) var largestUnits = 0.0

  /// Rounds some numbers in place.
  ///
  /// - Returns: the first number that is beyond the type's range, where there is one.
  fileprivate mutating func round(
    _ values: UnsafeMutableBufferPointer<Double>, to type: StoredPrecision
  ) -> Double? {
    count += values.count
    for index in values.indices {
      let value = values[index]
      let rounded = type.rounded(value)
      guard rounded.isFinite else { return value }
      let change = abs(rounded - value)
      values[index] = rounded
      guard change > 0 else { continue }
      changed += 1
      largest = max(largest, change)
      largestUnits = max(largestUnits, change / type.unit(at: rounded))
    }
    return nil
  }
}

extension LSTMModel {
  /// The model with its numbers rounded to a type, each to the nearest, ties to even.
  ///
  /// - Throws: ``NetworkError/beyondPrecision(_:value:precision:)`` where a number is beyond the
  ///   type's range.
  public func rounded(to type: StoredPrecision) throws -> (
    model: LSTMModel, rounding: ModelRounding
  ) {
    var (model, network, rounding) = (self, self.network, ModelRounding())
    var beyond: (name: NetworkError.Rounded, value: Double)?
    func round(_ values: UnsafeMutableBufferPointer<Double>, _ name: NetworkError.Rounded) {
      if let value = rounding.round(values, to: type), beyond == nil { beyond = (name, value) }
    }
    network.updateEachParameter { name, values in
      // Zeros that stand for biases that the cells do not have are not the model's numbers.
      if case .cell(_, _, let array) = name, array.isBias, !hasBiases { return }
      round(values, .parameter(name))
    }
    for part in model.initialState?.parts.indices ?? 0..<0 {
      model.initialState?.parts[part].hidden.values.withUnsafeMutableBufferPointer {
        round($0, .initialHidden)
      }
      model.initialState?.parts[part].cell.values.withUnsafeMutableBufferPointer {
        round($0, .initialCell)
      }
    }
    if let beyond {
      throw NetworkError.beyondPrecision(beyond.name, value: beyond.value, precision: type)
    }
    (model.network, model.precision) = (network, type)
    return (model, rounding)
  }
}
