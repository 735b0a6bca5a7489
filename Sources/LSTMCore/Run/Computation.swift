// Who computes a run: the engine or the readable cell, in which precision. A result says it, since the
// two round differently.

/// What can compute a run.
public enum Executor: String, CaseIterable, Sendable {
  /// The engine, in single precision: fast.
  case engine
  /// The readable cell, in double precision: the specification.
  case readable

  /// What a result says: "engine" or "readable cell".
  public var title: String {
    switch self {
    case .engine: "engine"
    case .readable: "readable cell"
    }
  }
}

/// How a run was computed.
public struct Computation: Equatable, Sendable {
  /// Who computed it.
  public let executor: Executor
  /// The precision of every number on the way.
  public let precision: StoredPrecision
  /// The engine's kernels, such as "avx2"; nil for the readable cell.
  public let kernels: String?

  /// By the readable cell in double precision.
  public static let readable = Computation(
    executor: .readable, precision: .float64, kernels: nil)

  /// "the engine in single precision (avx2)".
  public var words: String {
    switch executor {
    case .engine: "the \(executor.title) in single precision" + (kernels.map { " (\($0))" } ?? "")
    case .readable: "the \(executor.title) in double precision"
    }
  }
}

extension LSTMModel {
  /// Who computes this model's runs where nobody says otherwise: the engine, unless the numbers are
  /// float64, which single precision would round.
  public var usualExecutor: Executor { precision.fitsFloat ? .engine : .readable }
}
