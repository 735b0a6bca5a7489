// The settings of two cells: the same, the same within rounding, or another kind of cell.

import LSTMCore

/// What makes two cells one kind of cell or two.
struct CellSettingsComparison {
  /// Whether they differ in no number alone: in a function, a coupling, a clip that one lacks.
  private let areOfOneKind: Bool
  /// The numbers that stand for one another.
  private let pairs: [(Double, Double)]

  /// Compares settings.
  ///
  /// - Parameter precision: the narrower type of the two cells' numbers. In single precision the 0.2
  ///   of a description and the 0.2 of a file of float32 are one number.
  init(
    _ first: CellVariant<Double>, _ second: CellVariant<Double>, _ precision: StoredPrecision
  ) {
    let parts = [first, second].map { Self.parts($0) }
    areOfOneKind = parts[0].kinds == parts[1].kinds
    pairs = zip(parts[0].numbers, parts[1].numbers).map { left, right in
      precision.fitsFloat ? (Double(Float(left)), Double(Float(right))) : (left, right)
    }
  }

  /// The largest difference of two numbers.
  var largest: Double { pairs.reduce(0) { max($0, abs($1.0 - $1.1)) } }

  /// Whether the two are the same, no number further from the first's than this share of it.
  func isWithin(_ tolerance: Double) -> Bool {
    areOfOneKind && pairs.allSatisfy { $0 == $1 || abs($0 - $1) <= tolerance * max(1e-3, abs($0)) }
  }

  private static func parts(_ variant: CellVariant<Double>) -> (kinds: [String], numbers: [Double])
  {
    let functions = Gate.allCases.map { variant.activations[$0] } + [variant.cellActivation]
    let optional =
      Gate.allCases.map { variant.pinned[$0] }
      + [variant.clip, variant.cellClip, variant.projectionClip]
    return (
      functions.map(\.kind.rawValue) + [variant.coupling?.rawValue ?? ""]
        + optional.map { $0 == nil ? "none" : "some" },
      functions.flatMap { [$0.alpha, $0.beta] } + optional.compactMap { $0 }
    )
  }
}
