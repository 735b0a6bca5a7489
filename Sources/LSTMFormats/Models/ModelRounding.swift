// A model's numbers in another type, and what rounding them changed.

import LSTMCore

/// What rounding to another type changed of a model's numbers.
public struct ModelRounding: Equatable, Sendable {
  /// How many numbers there are.
  public var count = 0
  /// How many of them changed.
  public var changed = 0
  /// The largest change.
  public var largest = 0.0
  /// The largest change in units in the last place of the type: 0.5 at most, since each number is
  /// rounded to the nearest.
  public var largestUnits = 0.0
}

extension LSTMModel {
  /// The model with its numbers rounded to a type, each to the nearest, ties to even.
  ///
  /// - Parameter type: float16, bfloat16, float32 or float64.
  /// - Throws: ``ModelError/outOfRange(tensor:value:type:)`` where a number is beyond the type.
  /// - Precondition: the type is one of these.
  public func rounded(to type: NumberType) throws -> (model: LSTMModel, rounding: ModelRounding) {
    var (exact, model) = (self, self)
    (exact.precision, model.precision) = (.float64, type)
    let (before, after) = (try ModelFile.tensors(of: exact), try ModelFile.tensors(of: model))
    var rounding = ModelRounding()
    for (old, new) in zip(before.entries, after.entries) {
      for (old, new) in zip(old.tensor.doubles(), new.tensor.doubles()) {
        rounding.count += 1
        let change = abs(new - old)
        guard change > 0 else { continue }
        rounding.changed += 1
        rounding.largest = max(rounding.largest, change)
        rounding.largestUnits = max(rounding.largestUnits, change / type.unit(at: new))
      }
    }
    func cell(_ cell: ReadableCell<Double>) throws -> ReadableCell<Double> {
      ReadableCell(parameters: try cell.parameters.map(type.rounded), variant: cell.variant)
    }
    model.network = try LSTMNetwork(
      front: network.front?.map(type.rounded),
      layers: network.layers.map { layer in
        if let forward = layer.forward {
          return try NetworkLayer(forward: cell(forward), reverse: layer.reverse.map(cell))
        }
        guard let reverse = layer.reverse else { return layer }
        return NetworkLayer(reverse: try cell(reverse), order: layer.reverseOrder)
      },
      head: network.head?.map(type.rounded))
    model.initialState = initialState.map { state in
      NetworkState(
        parts: state.parts.map {
          .init(hidden: $0.hidden.map(type.rounded), cell: $0.cell.map(type.rounded))
        })
    }
    return (model, rounding)
  }
}
