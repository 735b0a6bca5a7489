// All learned numbers of a network, or numbers that go with them one for one, as one flat block:
// gradients, the memory of an optimiser, what machines add up together.

import RealModule

/// Where each array of a network's learned numbers stands in a flat block.
public struct ParameterLayout: Equatable, Sendable {
  /// One array.
  public struct Entry: Equatable, Sendable {
    /// What it is.
    public let name: ParameterName
    /// Its sizes; the last runs fastest.
    public let shape: [Int]
    /// Where its numbers stand.
    public let range: Range<Int>
  }

  /// The arrays, in the order of the walk.
  public let entries: [Entry]
  private let places: [ParameterName: Int]

  /// The number of all numbers.
  public var count: Int { entries.last?.range.upperBound ?? 0 }

  /// The layout of a network's numbers.
  public init<Scalar>(of network: LSTMNetwork<Scalar>) {
    var entries: [Entry] = []
    var start = 0
    network.forEachParameter { name, shape, values in
      entries.append(Entry(name: name, shape: shape, range: start..<start + values.count))
      start += values.count
    }
    self.entries = entries
    places = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
  }

  /// The entry of a name, where the network has such an array.
  public subscript(name: ParameterName) -> Entry? { places[name].map { entries[$0] } }
}

/// A number for each learned number of a network, in one block.
public struct ParameterBlock<Scalar: Real>: Equatable {
  /// Where each array stands.
  public let layout: ParameterLayout
  /// The numbers: `[layout.count]`.
  public package(set) var values: [Scalar]

  /// Zeros.
  public init(zeros layout: ParameterLayout) {
    (self.layout, values) = (layout, [Scalar](repeating: 0, count: layout.count))
  }

  /// The learned numbers of a network.
  public init(_ network: LSTMNetwork<Scalar>) {
    layout = ParameterLayout(of: network)
    var values: [Scalar] = []
    values.reserveCapacity(layout.count)
    network.forEachParameter { _, _, array in values += array }
    self.values = values
  }

  /// The numbers of one array; nil where the network has none of this name.
  public subscript(name: ParameterName) -> ArraySlice<Scalar>? {
    layout[name].map { values[$0.range] }
  }

  /// Lends the numbers, to be changed in place.
  public mutating func withUnsafeMutableBufferPointer<Result>(
    _ body: (UnsafeMutableBufferPointer<Scalar>) throws -> Result
  ) rethrows -> Result {
    try values.withUnsafeMutableBufferPointer { try body($0) }
  }

  /// The square root of the sum of all squares, added up in Double.
  public func norm() -> Double where Scalar: BinaryFloatingPoint {
    values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  /// Takes over the numbers of a network of the same layout, or puts them into one.
  ///
  /// - Precondition: the network has this layout.
  public func write(to network: inout LSTMNetwork<Scalar>) {
    var start = 0
    network.updateEachParameter { _, target in
      for index in target.indices { target[index] = values[start + index] }
      start += target.count
    }
    precondition(start == values.count, "the network has \(start) numbers, not \(values.count)")
  }
}

extension ParameterBlock: Sendable where Scalar: Sendable {}
