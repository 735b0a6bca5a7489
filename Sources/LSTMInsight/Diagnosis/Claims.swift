// What somebody got: any subset of a step's results, and how exactly they gave each number.

import LSTMCore

/// Somebody's numbers for one result of a step.
public struct Claim: Equatable, Sendable {
  /// The numbers, `[H]` or `[P]`.
  public var values: [Double]
  /// How many decimals they were given with; 0 for whole numbers, which are taken as exact.
  public var decimals: Int

  /// Makes a claim.
  public init(_ values: [Double], decimals: Int) {
    self.values = values
    self.decimals = decimals
  }
}

/// What somebody says the results of a step are.
public struct Claims: Equatable, Sendable {
  /// The results a step has, in the order in which they are judged: gates, cell, hidden state.
  public static let order: [Quantity] =
    Gate.allCases.map(Quantity.gate) + [.newCell, .newHidden]

  private var claims: [Quantity: Claim] = [:]
  /// The tolerance for every number, where one was set; else it follows from the decimals.
  public var tolerance: Double?

  /// How the numbers are taken to have been rounded, in place of what their decimals say.
  var rounding: Rounding?

  /// Makes an empty set of claims.
  public init(tolerance: Double? = nil) {
    self.tolerance = tolerance
  }

  /// The numbers for one result, nil where none were given.
  public subscript(quantity: Quantity) -> Claim? {
    get { claims[quantity] }
    set { claims[quantity] = newValue }
  }

  /// The results that numbers were given for, in the order in which they are judged.
  public var quantities: [Quantity] { Self.order.filter { claims[$0] != nil } }

  /// What a number may be off that is right in single precision, relative to the largest number
  /// of its vector: some four roundings of 2^-24, through a sum and an activation.
  static let singlePrecision = 5e-7

  /// How far a claimed number may lie from the computed one: half a unit of the last decimal that
  /// was given, and never less than single precision brings along.
  ///
  /// A claim of whole numbers (a gate "0,1,1") is meant exactly: half a unit would accept anything.
  func tolerance(of quantity: Quantity, scale: Double) -> Double {
    if let tolerance { return tolerance }
    let floor = Self.singlePrecision * min(1, scale)
    if let rounding { return max(floor, rounding.tolerance(scale: scale)) }
    guard let claim = claims[quantity], claim.decimals > 0 else { return floor }
    return max(floor, 0.5 * Self.unit(decimals: claim.decimals) * (1 + 1e-6))
  }

  /// 10 to the power of minus `decimals`.
  static func unit(decimals: Int) -> Double { .pow(10, -decimals) }
}

extension Quantity {
  /// The name of a result in JSON and on the command line.
  public var resultName: String {
    switch self {
    case .gate(let gate): gate.rawValue
    case .newCell: "newCell"
    case .newHidden: "newHidden"
    default: PlainSyntax().quantity(self)
    }
  }

  /// The name of a result in a sentence.
  public var resultTitle: String {
    switch self {
    case .gate(let gate): gate.title
    case .newCell: "new cell state"
    case .newHidden: "new hidden state"
    default: PlainSyntax().quantity(self)
    }
  }
}
