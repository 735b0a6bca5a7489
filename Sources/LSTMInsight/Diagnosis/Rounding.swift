// Right numbers that were rounded: to a few decimals, or to half precision.

import LSTMCore

/// How coarsely numbers were rounded.
enum Rounding: Equatable, Sendable {
  /// To IEEE single precision, which is not worth a word.
  case single
  /// To so many digits after the point.
  case decimals(Int)
  /// To IEEE half precision: 11 significant bits.
  case float16
  /// To bfloat16: 8 significant bits.
  case bfloat16

  /// The levels that are looked for, finest first. Six decimals are about what single precision
  /// has: finer rounding is not worth a word.
  static let levels: [Rounding] =
    [.single] + (1...6).reversed().map(decimals).filter { $0 != .decimals(2) && $0 != .decimals(1) }
    + [.float16, .decimals(2), .bfloat16, .decimals(1)]

  /// The stable name, "rounding:4" or "rounding:float16".
  var id: String {
    switch self {
    case .single: "rounding:float32"
    case .decimals(let count): "rounding:\(count)"
    case .float16: "rounding:float16"
    case .bfloat16: "rounding:bfloat16"
    }
  }

  /// In words: "to 4 decimals".
  var words: String {
    switch self {
    case .single: "to single precision (float32)"
    case .decimals(let count): "to \(count) \(count == 1 ? "decimal" : "decimals")"
    case .float16: "to half precision (float16)"
    case .bfloat16: "to bfloat16"
    }
  }

  /// How far a rounded number of a vector whose largest is `scale` may be off. A step computed in
  /// half precision rounds several times: twice the half unit of a single rounding is allowed.
  func tolerance(scale: Double) -> Double {
    switch self {
    case .single: 0
    case .decimals(let count): 0.5 * Claims.unit(decimals: count) * (1 + 1e-6)
    case .float16: scale * 0x1p-10
    case .bfloat16: scale * 0x1p-7
    }
  }

  /// Whether a number is one that this rounding leaves, as far as its decimals tell.
  func leaves(_ value: Double, decimals: Int) -> Bool {
    guard value != 0, self != .single else { return true }
    let spacing: Double =
      switch self {
      case .single: 0
      case .decimals(let count): Claims.unit(decimals: count)
      case .float16: Double.pow(2, max(Int(value.exponent), -14) - 10)
      case .bfloat16: Double.pow(2, Int(value.exponent) - 7)
      }
    let nearest = (value / spacing).rounded() * spacing
    let written = 0.5 * Claims.unit(decimals: decimals)
    return abs(value - nearest) <= max(1e-12 * abs(value), decimals > 0 ? written : 0)
  }
}

extension DiagnosisSearch {
  /// The rounding under which all claims are right, nil where there is none or where they are
  /// right in single precision, as they stand.
  func rounding(of recipe: StepRecipe) -> Rounding? {
    guard claims.tolerance == nil else { return nil }
    let claimed = claims.quantities.compactMap { claims[$0] }
    let level = Rounding.levels.first { level in
      let isLeft = claimed.allSatisfy { claim in
        claim.values.allSatisfy { level.leaves($0, decimals: claim.decimals) }
      }
      guard isLeft else { return false }
      var rounded = claims
      rounded.rounding = level
      return with(rounded).verdicts(of: recipe).allSatisfy { $0.difference == nil }
    }
    return level == .single ? nil : level
  }
}
