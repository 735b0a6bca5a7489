// Two recordings of runs, number by number: where they part first, and where they are furthest apart. The
// one may be ours and the other anybody's whose arrays have our names.

import LSTMCore

/// Where two traces differ.
public struct TraceComparison: Equatable, Sendable {
  /// A number that differs; units, steps and sequences are counted from 0.
  public struct Difference: Equatable, Sendable {
    /// What the array is called.
    public let name: String
    /// The unit, counted from 0.
    public let unit: Int
    /// The step, counted from 0; nil where there is none that is meant.
    public let step: Int
    /// The sequence of the batch, counted from 0.
    public let sequence: Int
    /// The number in each of the two.
    public let first: Double
    /// The number in the second trace.
    public let second: Double

    /// Its full address, from 1.
    public var address: String { "\(name)[\(unit + 1)]@\(step + 1)" }
    /// How far the two are apart.
    public var distance: Double {
      let distance = abs(first - second)
      return distance.isNaN ? .infinity : distance
    }
  }

  /// The first difference beyond the tolerance: the earliest step, and in it what is computed first.
  public let first: Difference?
  /// The largest difference of all; nil where every number is the same.
  public let largest: Difference?
  /// How many arrays, and how many of their numbers, were compared.
  public let arrays: Int
  /// How many numbers were compared.
  public let numbers: Int
  /// How far numbers may be apart, times the largest of their array where that is above 1.
  public let tolerance: Double
  /// The arrays that only one of the two has.
  public let onlyFirst: [String]
  /// The arrays that only the second has.
  public let onlySecond: [String]

  /// Whether no number is further apart than the tolerance.
  public var isSame: Bool { first == nil }

  /// Compares two traces.
  ///
  /// - Parameters:
  ///   - one: arrays `[T, B, width]` by their addresses.
  ///   - other: the same of the other.
  ///   - tolerance: how far numbers may be apart, of an array whose numbers are at most 1.
  /// - Throws: ``TraceComparisonError`` where they have no array in common, or one differs in shape.
  public init(
    _ one: [String: Array3<Double>], _ other: [String: Array3<Double>], tolerance: Double = 1e-5
  ) throws {
    let common = one.keys.filter { other[$0] != nil }
    guard !common.isEmpty else {
      throw TraceComparisonError.nothingInCommon(
        first: one.keys.sorted(), second: other.keys.sorted())
    }
    let names = common.sorted { Self.rank($0) < Self.rank($1) }
    var (first, largest, numbers) = (Difference?.none, Difference?.none, 0)
    for name in names {
      guard let left = one[name], let right = other[name] else { continue }
      guard left.shape == right.shape else {
        throw TraceComparisonError.shape(name, first: left.shape, second: right.shape)
      }
      numbers += left.values.count
      let size = left.values.reduce(1) { max($0, abs($1)) }
      for (index, pair) in zip(left.values, right.values).enumerated() where pair.0 != pair.1 {
        let row = index / left.columns
        let found = Difference(
          name: name, unit: index % left.columns, step: row / left.rows,
          sequence: row % left.rows, first: pair.0, second: pair.1)
        if found.distance > largest?.distance ?? 0 { largest = found }
        guard !(found.distance <= tolerance * size) else { continue }
        if first.map({ found.step < $0.step }) ?? true { first = found }
      }
    }
    (self.first, self.largest, self.numbers, self.tolerance) = (first, largest, numbers, tolerance)
    arrays = names.count
    onlyFirst = one.keys.filter { other[$0] == nil }.sorted()
    onlySecond = other.keys.filter { one[$0] == nil }.sorted()
  }

  /// Where an array stands in the order of the computation: by layer, direction, quantity.
  private static func rank(_ name: String) -> [Int] {
    guard let address = try? TraceAddress(name), let quantity = address.quantities.first else {
      return [Int.max]
    }
    let layer = address.layers.ranges?.first?.lowerBound ?? (quantity == .embedding ? -1 : .max)
    let direction = address.directions == [.reverse] ? 1 : 0
    return [layer, direction, TraceQuantity.all.firstIndex(of: quantity) ?? .max]
  }
}

extension [Int] {
  fileprivate static func < (left: [Int], right: [Int]) -> Bool {
    left.lexicographicallyPrecedes(right)
  }
}

extension TraceComparison {
  /// The comparison for people.
  public func text(first firstName: String, second secondName: String, _ numbers: NumberFormat)
    -> String
  {
    var lines: [String] = []
    let count = "\(arrays) array\(arrays == 1 ? "" : "s") with \(self.numbers) numbers"
    if let first {
      lines += [
        "The two traces part at \(first.address), sequence \(first.sequence + 1):",
        "   \(firstName) has \(numbers.text(first.first)), \(secondName) \(numbers.text(first.second))",
      ]
    } else if largest == nil {
      lines.append("Every number is the same: \(count).")
    } else {
      lines.append("The two traces agree: \(count).")
    }
    if let largest {
      lines.append(
        "The largest difference is \(NumberFormat(digits: 2).text(largest.distance)), at "
          + "\(largest.address), sequence \(largest.sequence + 1).")
    }
    for (name, only) in [(firstName, onlyFirst), (secondName, onlySecond)] where !only.isEmpty {
      lines.append(
        "Only \(name) has \(only.prefix(4).joined(separator: ", "))\(only.count > 4 ? ", …" : "").")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The comparison for programs; everything counted from 1.
  public var json: String {
    func member(_ difference: Difference?) -> JSONText {
      difference.map { found in
        .object([
          ("address", .string(found.address)), ("sequence", .number(Double(found.sequence + 1))),
          ("first", .number(found.first)), ("second", .number(found.second)),
        ])
      } ?? .null
    }
    return JSONText.object([
      ("same", .bool(isSame)), ("firstDifference", member(first)),
      ("largestDifference", member(largest)), ("arrays", .number(Double(arrays))),
      ("numbers", .number(Double(numbers))),
      ("onlyFirst", .list(onlyFirst.map { .string($0) })),
      ("onlySecond", .list(onlySecond.map { .string($0) })),
    ]).text() + "\n"
  }
}

/// What can be wrong with two traces that are to be compared.
public enum TraceComparisonError: LSTMFailure, Equatable {
  /// No array is in both.
  case nothingInCommon(first: [String], second: [String])
  /// An array has another shape in the other.
  case shape(String, first: [Int], second: [Int])

  /// Wrong data.
  public var kind: FailureKind { .data }

  /// What is wrong, and what to do.
  public var message: String {
    func some(_ names: [String]) -> String {
      names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", …" : "")
    }
    func words(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: " x ") }
    switch self {
    case .nothingInCommon(let first, let second):
      return "the two traces have no array in common: the one has \(some(first)), the other "
        + "\(some(second)). Arrays are compared by their names, such as layer1.forward.forgetGate."
    case .shape(let name, let first, let second):
      return "'\(name)' is \(words(first)) in the one trace and \(words(second)) in the other. "
        + "Record the same steps, sequences and units."
    }
  }
}
