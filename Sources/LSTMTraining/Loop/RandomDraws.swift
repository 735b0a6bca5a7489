// Numbers that depend on where a training stands and on nothing before: so they need no place in a
// checkpoint, and no thread can change them.

import LSTMCore

/// A generator for a place in a training.
func generator(seed: Int, epoch: Int, place: Int) -> SplitMix64 {
  var mixed = SplitMix64(seed: UInt64(bitPattern: Int64(seed)))
  for part in [epoch, place] {
    mixed = SplitMix64(
      seed: mixed.next() ^ (UInt64(bitPattern: Int64(part)) &* 0x9E37_79B9_7F4A_7C15))
  }
  return mixed
}

extension SplitMix64 {
  /// A whole number from 0 to below a bound.
  mutating func next(below bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(max(1, bound))).high)
  }

  /// The numbers from 0 to below a bound in an order of chance (Fisher and Yates).
  mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for index in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(index, next(below: index + 1))
    }
    return order
  }
}
