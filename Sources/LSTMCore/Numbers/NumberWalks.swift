// Walks over all numbers of a large array. Generic code that another module calls is compiled once
// for all types and takes a hundred times as long, so these are made for `Float` and `Double` too.

import RealModule

extension Array where Element: Real {
  /// The place of the first number that is infinite or NaN.
  @_specialize(where Element == Double)
  @_specialize(where Element == Float)
  func firstNotFinite() -> Int? {
    for index in indices where !self[index].isFinite { return index }
    return nil
  }

  /// Every number put through `transform`.
  @_specialize(where Element == Double)
  @_specialize(where Element == Float)
  func mapNumbers(_ transform: (Element) -> Element) -> [Element] {
    var result: [Element] = []
    result.reserveCapacity(count)
    for number in self { result.append(transform(number)) }
    return result
  }
}

extension Array where Element: Real & BinaryFloatingPoint {
  /// Every number in another precision, rounded to the nearest.
  @_specialize(where Element == Double, Other == Float)
  @_specialize(where Element == Float, Other == Double)
  @_specialize(where Element == Double, Other == Double)
  @_specialize(where Element == Float, Other == Float)
  func converted<Other: Real & BinaryFloatingPoint>() -> [Other] {
    if let same = self as? [Other] { return same }
    var result: [Other] = []
    result.reserveCapacity(count)
    for number in self { result.append(Other(number)) }
    return result
  }
}
