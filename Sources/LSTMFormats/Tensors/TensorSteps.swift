// Some of the numbers of a tensor, in the precision that is wanted: a block of a long array at a time.

import LSTMCore

extension Tensor {
  /// Copies numbers, each rounded to the nearest.
  ///
  /// - Parameters:
  ///   - range: which ones, counted in the order in which they lie.
  ///   - target: room for them.
  func copy<Scalar: BinaryFloatingPoint>(
    _ range: Range<Int>, to target: UnsafeMutablePointer<Scalar>
  ) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "a part of the tensor")
    if let target = target as? UnsafeMutablePointer<Float> {
      copyNumbers(range, to: target)
    } else if let target = target as? UnsafeMutablePointer<Double> {
      copyNumbers(range, to: target)
    } else {
      copyNumbers(range, to: target)
    }
  }

  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  private func copyNumbers<Scalar: BinaryFloatingPoint>(
    _ range: Range<Int>, to target: UnsafeMutablePointer<Scalar>
  ) {
    withUnsafeBytes { all in
      let width = type.byteCount
      let bytes = UnsafeRawBufferPointer(
        rebasing: all[range.lowerBound * width..<range.upperBound * width])
      func read<Number>(_: Number.Type, _ convert: (Number) -> Scalar) {
        for index in 0..<range.count {
          target[index] = convert(
            bytes.loadUnaligned(fromByteOffset: index * width, as: Number.self))
        }
      }
      switch type {
      case .float32 where Scalar.self == Float.self && Self.isLittleEndian,
        .float64 where Scalar.self == Double.self && Self.isLittleEndian:
        UnsafeMutableRawBufferPointer(start: target, count: bytes.count).copyMemory(from: bytes)
      case .float32: read(UInt32.self) { Scalar(Float(bitPattern: UInt32(littleEndian: $0))) }
      case .float64: read(UInt64.self) { Scalar(Double(bitPattern: UInt64(littleEndian: $0))) }
      case .float16:
        read(UInt16.self) { Scalar(HalfPrecision.float(half: UInt16(littleEndian: $0))) }
      case .bfloat16:
        read(UInt16.self) { Scalar(HalfPrecision.float(brain: UInt16(littleEndian: $0))) }
      case .bool, .uint8: read(UInt8.self) { Scalar($0) }
      case .int8: read(Int8.self) { Scalar($0) }
      case .uint16: read(UInt16.self) { Scalar(UInt16(littleEndian: $0)) }
      case .int16: read(Int16.self) { Scalar(Int16(littleEndian: $0)) }
      case .uint32: read(UInt32.self) { Scalar(UInt32(littleEndian: $0)) }
      case .int32: read(Int32.self) { Scalar(Int32(littleEndian: $0)) }
      case .uint64: read(UInt64.self) { Scalar(UInt64(littleEndian: $0)) }
      case .int64: read(Int64.self) { Scalar(Int64(littleEndian: $0)) }
      }
    }
  }

  private static var isLittleEndian: Bool { UInt16(littleEndian: 1) == 1 }

  /// Some of the numbers as integers; nil where one is none.
  ///
  /// - Parameter range: which ones, counted in the order in which they lie.
  func integers(_ range: Range<Int>) -> [Int]? {
    var values = [Double](repeating: 0, count: range.count)
    values.withUnsafeMutableBufferPointer { buffer in
      if let base = buffer.baseAddress { copy(range, to: base) }
    }
    var integers: [Int] = []
    integers.reserveCapacity(values.count)
    for value in values {
      guard let integer = Int(exactly: value) else { return nil }
      integers.append(integer)
    }
    return integers
  }
}
