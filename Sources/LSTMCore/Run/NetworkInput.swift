// What a network reads.

import RealModule

/// What a network reads.
public enum NetworkInput<Scalar: Real>: Equatable {
  /// Numbers, `[T, B, I]`: for a network without an embedding or one-hot.
  case values(Array3<Scalar>)
  /// Token ids, time-major `[T, B]`: the id of step t in sequence b is `ids[t * batch + b]`.
  case tokens(ids: [Int], steps: Int, batch: Int)

  /// The number of steps, T.
  public var steps: Int {
    switch self {
    case .values(let array): array.planes
    case .tokens(_, let steps, _): steps
    }
  }

  /// The number of sequences, B.
  public var batch: Int {
    switch self {
    case .values(let array): array.rows
    case .tokens(_, _, let batch): batch
    }
  }
}

extension NetworkInput: Sendable where Scalar: Sendable {}

extension NetworkInput where Scalar: BinaryFloatingPoint {
  /// The same input in another precision, each number rounded to the nearest.
  public init<Other: Real & BinaryFloatingPoint>(_ other: NetworkInput<Other>) {
    switch other {
    case .values(let array): self = .values(Array3(array))
    case .tokens(let ids, let steps, let batch):
      self = .tokens(ids: ids, steps: steps, batch: batch)
    }
  }
}

extension NetworkInput {
  /// - Parameters:
  ///   - inputSize: the features that the first layer reads.
  ///   - tokenCount: the tokens that an embedding or one-hot knows; nil where there is none.
  func check(inputSize: Int, tokenCount: Int?) throws {
    switch (self, tokenCount) {
    case (.values, let tokenCount?): throw NetworkError.needsTokens(tokenCount: tokenCount)
    case (.tokens, nil): throw NetworkError.needsValues(inputSize: inputSize)
    case (.values(let array), nil) where array.columns != inputSize:
      throw NetworkError.inputWidth(found: array.columns, expected: inputSize)
    case (.tokens(let ids, let steps, let batch), _):
      let (product, overflow) = steps.multipliedReportingOverflow(by: batch)
      guard !overflow, steps >= 0, batch >= 0, ids.count == product else {
        throw NetworkError.tokenCount(found: ids.count, steps: steps, batch: batch)
      }
    default: break
    }
  }

  /// - Throws: ``NetworkError/token(id:step:sequence:tokenCount:)`` where a token within the lengths is
  ///   none of the network's.
  func checkTokens(lengths: [Int], tokenCount: Int?) throws {
    guard case .tokens(let ids, _, let batch) = self, let tokenCount else { return }
    for (sequence, length) in lengths.enumerated() {
      for step in 0..<length {
        let id = ids[step * batch + sequence]
        guard (0..<tokenCount).contains(id) else {
          throw NetworkError.token(id: id, step: step, sequence: sequence, tokenCount: tokenCount)
        }
      }
    }
  }

  static func check(
    _ lengths: [Int], steps: Int, batch: Int, emptySequences: EmptySequences
  ) throws {
    guard lengths.count == batch else {
      throw NetworkError.lengthCount(found: lengths.count, batch: batch)
    }
    for (sequence, length) in lengths.enumerated() {
      guard (0...steps).contains(length) else {
        throw NetworkError.length(sequence: sequence, found: length, steps: steps)
      }
      guard length > 0 || emptySequences != .refused else {
        throw NetworkError.emptySequence(sequence)
      }
    }
  }
}
