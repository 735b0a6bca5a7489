// ONNX's stored tensors: eight ways to hold numbers, two of them for each type, made into a Tensor.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension NumberType {
  /// The number that ONNX has for the type (TensorProto.DataType).
  var onnxCode: Int {
    switch self {
    case .float32: 1
    case .uint8: 2
    case .int8: 3
    case .uint16: 4
    case .int16: 5
    case .int32: 6
    case .int64: 7
    case .bool: 9
    case .float16: 10
    case .float64: 11
    case .uint32: 12
    case .uint64: 13
    case .bfloat16: 16
    }
  }

  /// The type of one of ONNX's numbers.
  init?(onnxCode: Int) {
    guard let type = NumberType.allCases.first(where: { $0.onnxCode == onnxCode }) else {
      return nil
    }
    self = type
  }
}

extension ONNXWireTensor {
  /// The tensor, its bytes copied.
  ///
  /// - Throws: ``ONNXError/externalData(file:tensor:)`` or
  ///   ``ONNXError/tensor(file:tensor:reason:)``.
  func tensor(file: String, name: String) throws -> Tensor {
    func failure(_ reason: String) -> ONNXError {
      .tensor(file: file, tensor: name, reason: reason)
    }
    guard dataLocation == .default, externalData.isEmpty else {
      throw ONNXError.externalData(file: file, tensor: name)
    }
    guard !hasSegment else { throw failure("is stored in segments, which nothing writes any more") }
    guard let type = NumberType(onnxCode: Int(dataType)) else {
      throw failure("holds numbers of ONNX's type \(dataType), which weights do not have")
    }
    guard dims.count <= 8 else { throw failure("has \(dims.count) dimensions; at most 8 are read") }
    var count = 1
    for size in dims {
      let (product, overflow) = count.multipliedReportingOverflow(by: Int(size))
      guard size >= 0, !overflow else { throw failure("has the impossible shape \(dims)") }
      count = product
    }
    // An empty tensor of huge dimensions costs nothing to claim and much to walk.
    guard count > 0 || dims.allSatisfy({ $0 <= 4096 }) else {
      throw failure("has the impossible shape \(dims)")
    }
    let (byteCount, overflow) = count.multipliedReportingOverflow(by: type.byteCount)
    guard !overflow else { throw failure("has the impossible shape \(dims)") }
    let storage: ByteStorage
    if hasRawData {
      guard rawData.count == byteCount else {
        throw failure("of shape \(dims) needs \(byteCount) bytes but has \(rawData.count)")
      }
      storage = ByteStorage(rawData)
    } else {
      let (bytes, found) = listed(type)
      guard found == count else {
        throw failure("of shape \(dims) needs \(count) numbers but has \(found)")
      }
      storage = ByteStorage(bytes)
    }
    return Tensor(type: type, shape: dims.map { Int($0) }, storage: storage)
  }

  /// The bytes of the numbers in the list that the schema has for the type, and their number.
  private func listed(_ type: NumberType) -> (bytes: [UInt8], count: Int) {
    func bytes<Source, Stored: FixedWidthInteger>(
      _ list: [Source], _ convert: (Source) -> Stored
    ) -> (bytes: [UInt8], count: Int) {
      var found: [UInt8] = []
      found.reserveCapacity(list.count * MemoryLayout<Stored>.size)
      for number in list {
        withUnsafeBytes(of: convert(number).littleEndian) { found.append(contentsOf: $0) }
      }
      return (found, list.count)
    }
    switch type {
    case .float32: return bytes(floatData) { $0.bitPattern }
    case .float64: return bytes(doubleData) { $0.bitPattern }
    case .int64: return bytes(int64Data) { $0 }
    case .uint64: return bytes(uint64Data) { $0 }
    case .uint32: return bytes(uint64Data) { UInt32(truncatingIfNeeded: $0) }
    case .int32: return bytes(int32Data) { $0 }
    case .int16: return bytes(int32Data) { Int16(truncatingIfNeeded: $0) }
    case .uint16, .float16, .bfloat16: return bytes(int32Data) { UInt16(truncatingIfNeeded: $0) }
    case .int8: return bytes(int32Data) { Int8(truncatingIfNeeded: $0) }
    case .uint8: return bytes(int32Data) { UInt8(truncatingIfNeeded: $0) }
    case .bool: return bytes(int32Data) { UInt8($0 == 0 ? 0 : 1) }
    }
  }
}
