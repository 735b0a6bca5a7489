// Which units, steps or layers: everything, or numbers and ranges. People count from 1; here and
// everywhere inside it is counted from 0.

/// A choice of indices: all, or lists of ranges.
public struct IndexChoice: Hashable, Sendable {
  /// The ranges, counted from 0, in the order in which they were given; nil for all.
  public let ranges: [ClosedRange<Int>]?

  /// Everything.
  public static let all = IndexChoice(ranges: nil)

  private init(ranges: [ClosedRange<Int>]?) { self.ranges = ranges }

  /// Chooses ranges, counted from 0.
  public init(_ ranges: [ClosedRange<Int>]) { self.init(ranges: ranges) }

  /// Chooses one index, counted from 0.
  public init(_ index: Int) { self.init([index...index]) }

  /// Reads `*`, `3`, `3,5-9`: numbers from 1.
  ///
  /// - Returns: nil where it is none of these.
  public init?(_ text: some StringProtocol) {
    guard text != "*" else {
      self = .all
      return
    }
    var ranges: [ClosedRange<Int>] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
        1 <= first, first <= last
      else { return nil }
      ranges.append(first - 1...last - 1)
    }
    self.init(ranges)
  }

  /// Whether an index is chosen.
  public func contains(_ index: Int) -> Bool { ranges?.contains { $0.contains(index) } ?? true }

  /// The chosen indices below `count`, in the order in which they were given, each once.
  public func indices(below count: Int) -> [Int] {
    guard let ranges else { return Array(0..<count) }
    var seen = Set<Int>()
    return ranges.flatMap { $0.clamped(to: 0...max(count - 1, 0)) }.filter {
      $0 < count && seen.insert($0).inserted && contains($0)
    }
  }

  /// The first index that is asked for by number and is not below `count`; nil where all are.
  public func firstBeyond(_ count: Int) -> Int? {
    ranges?.first { $0.upperBound >= count }.map { max($0.lowerBound, count) }
  }

  /// The choice as it is written, from 1: "3,5-9" or "*".
  public var text: String {
    guard let ranges else { return "*" }
    return ranges.map {
      $0.count == 1 ? "\($0.lowerBound + 1)" : "\($0.lowerBound + 1)-\($0.upperBound + 1)"
    }.joined(separator: ",")
  }

  /// The same choice in a part of the whole that begins at `start`; nil where nothing is left.
  func from(_ start: Int) -> IndexChoice? {
    guard let ranges else { return self }
    let left = ranges.filter { $0.upperBound >= start }.map {
      max($0.lowerBound - start, 0)...$0.upperBound - start
    }
    return left.isEmpty ? nil : IndexChoice(left)
  }
}
