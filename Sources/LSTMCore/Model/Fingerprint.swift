// A short text that tells one model from another: what is stored beside states and traces, so that they
// are not taken for those of another model.

import RealModule

extension LSTMModel {
  /// Sixteen hexadecimal digits that depend on every learned number, the sizes and the settings of the
  /// cells, not on the file or on how the numbers are held (FNV-1a of 64 bits; Fowler, Noll and Vo 1991,
  /// over 64 bits at a time). Not proof against forgery.
  public var fingerprint: String {
    var hash = FowlerNollVo()
    switch weights {
    case .single(let network): network.hash(into: &hash)
    case .double(let network): network.hash(into: &hash)
    }
    for layer in frontLayers { hash.add("\(layer)") }
    if let headLayers { hash.add("\(headLayers)") }
    let digits = String(hash.state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// The hash of Fowler, Noll and Vo.
private struct FowlerNollVo {
  var state: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ bits: UInt64) { state = (state ^ bits) &* 0x100_0000_01b3 }

  mutating func add(_ text: String) {
    for byte in text.utf8 { add(UInt64(byte)) }
  }
}

extension LSTMNetwork where Scalar: BinaryFloatingPoint {
  fileprivate func hash(into hash: inout FowlerNollVo) {
    for (_, _, cell) in cells { hash.add("\(CellVariant<Double>(cell.variant))") }
    if let head {
      hash.add("\(head.source) \(head.activation.map { "\($0)" } ?? "")")
    }
    forEachParameter { name, _, values in
      hash.add("\(name)")
      // As Doubles, in which the numbers of every narrower type are exact.
      for value in values { hash.add(Double(value).bitPattern) }
    }
  }
}
