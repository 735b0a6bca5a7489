// Numbers of a tensor straight into the arrays of a network, a rectangle of them at a time: each is
// copied once, out of the file's own bytes, and turned on the way where a file has columns for rows.

import LSTMCore

/// A rectangle of a tensor's numbers, which need not lie next to one another.
struct TensorBlock: Equatable {
  /// Which number of the tensor is the first, in C order.
  var start = 0
  /// How many rows there are, and how many numbers each has.
  var rows: Int
  var columns: Int
  /// How far the first numbers of two rows are apart, and two numbers of a row.
  var rowStride: Int
  var columnStride = 1

  /// The number of numbers.
  var count: Int { rows * columns }

  /// Whether the numbers lie next to one another in their order.
  fileprivate var isWhole: Bool { columnStride == 1 && (rowStride == columns || rows == 1) }
}

/// A type in which a network holds its numbers. The walks over large arrays are made for each type
/// by itself: generic ones take a hundred times as long.
protocol NetworkNumber: Real, BinaryFloatingPoint, Sendable {
  /// The numbers of a block, row after row.
  static func numbers(of tensor: Tensor, in block: TensorBlock) -> [Self]
  /// Whether every number of a stored type is exactly one of this type.
  static func holds(_ type: NumberType) -> Bool
  /// A network of this type as the weights of a model.
  static func weights(_ network: LSTMNetwork<Self>) -> LSTMModel.Weights
}

extension Float: NetworkNumber {
  static func numbers(of tensor: Tensor, in block: TensorBlock) -> [Float] {
    tensor.withUnsafeBytes { bytes in
      switch tensor.type {
      case .float32:
        read(bytes, block) { (bits: UInt32) in Float(bitPattern: UInt32(littleEndian: bits)) }
      case .float16:
        read(bytes, block) { (bits: UInt16) in HalfPrecision.float(half: UInt16(littleEndian: bits))
        }
      case .bfloat16:
        read(bytes, block) { (bits: UInt16) in
          HalfPrecision.float(brain: UInt16(littleEndian: bits))
        }
      default: Double.numbers(of: tensor, in: block).map { Float($0) }
      }
    }
  }

  static func holds(_ type: NumberType) -> Bool { type.storedPrecision?.fitsFloat ?? false }

  static func weights(_ network: LSTMNetwork<Float>) -> LSTMModel.Weights { .single(network) }
}

extension Double: NetworkNumber {
  static func numbers(of tensor: Tensor, in block: TensorBlock) -> [Double] {
    guard tensor.type == .float64 else {
      guard Float.holds(tensor.type) else {
        let numbers = tensor.doubles()
        return (0..<block.count).map { place in
          numbers[
            block.start + place / block.columns * block.rowStride
              + place % block.columns * block.columnStride]
        }
      }
      return Float.numbers(of: tensor, in: block).map { Double($0) }
    }
    return tensor.withUnsafeBytes { bytes in
      read(bytes, block) { (bits: UInt64) in Double(bitPattern: UInt64(littleEndian: bits)) }
    }
  }

  static func holds(_ type: NumberType) -> Bool { type.isFloatingPoint }

  static func weights(_ network: LSTMNetwork<Double>) -> LSTMModel.Weights { .double(network) }
}

/// The numbers of a block. Made anew wherever it is called, for the types and the conversion there.
@inline(__always)
private func read<Stored: FixedWidthInteger, Number>(
  _ bytes: UnsafeRawBufferPointer, _ block: TensorBlock, _ convert: (Stored) -> Number
) -> [Number] {
  let size = MemoryLayout<Stored>.size
  return [Number](unsafeUninitializedCapacity: block.count) { target, count in
    count = block.count
    guard count > 0, let start = target.baseAddress else { return }
    if block.isWhole {
      for place in 0..<count {
        (start + place).initialize(
          to: convert(
            bytes.loadUnaligned(fromByteOffset: (block.start + place) * size, as: Stored.self)))
      }
      return
    }
    // Squares, so that what is read for one row is still at hand for the next.
    let side = 32
    for top in stride(from: 0, to: block.rows, by: side) {
      for left in stride(from: 0, to: block.columns, by: side) {
        for row in top..<min(top + side, block.rows) {
          for column in left..<min(left + side, block.columns) {
            let place = block.start + row * block.rowStride + column * block.columnStride
            (start + row * block.columns + column).initialize(
              to: convert(bytes.loadUnaligned(fromByteOffset: place * size, as: Stored.self)))
          }
        }
      }
    }
  }
}

extension Tensor {
  /// All numbers of a matrix, turned where rows and columns shall change places; a list is one row.
  func block(isTransposed: Bool = false) -> TensorBlock {
    let rows = shape.count > 1 ? shape[0] : 1
    let columns = shape.last ?? 1
    return isTransposed
      ? TensorBlock(rows: columns, columns: rows, rowStride: 1, columnStride: columns)
      : TensorBlock(rows: rows, columns: columns, rowStride: columns)
  }
}
