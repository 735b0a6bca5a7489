// An array of numbers as files hold it: a type, a shape and bytes, often a view into a mapped file.

import LSTMCore

/// An array of numbers with a shape, in C order (the last index runs fastest), little-endian.
public struct Tensor: Sendable {
  /// The type of the numbers.
  public let type: NumberType
  /// The size of each dimension; empty for a single number.
  public let shape: [Int]
  /// Where the bytes are.
  public let storage: ByteStorage
  /// Where in the storage the first number is, in bytes.
  public let offset: Int

  /// The number of numbers: the product of the shape.
  public var count: Int { shape.reduce(1, *) }

  /// Makes a view of stored numbers.
  ///
  /// - Precondition: the numbers lie within the storage; readers check it and throw before.
  public init(type: NumberType, shape: [Int], storage: ByteStorage, offset: Int = 0) {
    (self.type, self.shape, self.storage, self.offset) = (type, shape, storage, offset)
    let bytes = shape.reduce(type.byteCount) { $0.multipliedReportingOverflow(by: $1).partialValue }
    precondition(
      offset >= 0 && shape.allSatisfy { $0 >= 0 } && offset + bytes <= storage.count,
      "a tensor lies within its storage")
  }

  /// Makes a tensor of Floats.
  public init(_ values: [Float], shape: [Int]) {
    self.init(
      type: .float32, shape: shape,
      storage: values.withUnsafeBytes { ByteStorage($0) })
  }

  /// Makes a tensor of Doubles.
  public init(_ values: [Double], shape: [Int]) {
    self.init(
      type: .float64, shape: shape,
      storage: values.withUnsafeBytes { ByteStorage($0) })
  }

  /// Makes a tensor of 64-bit integers.
  public init(_ values: [Int64], shape: [Int]) {
    self.init(
      type: .int64, shape: shape,
      storage: values.withUnsafeBytes { ByteStorage($0) })
  }

  /// Lends the bytes of the numbers, in place: nothing is copied.
  public func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try storage.withUnsafeBytes { bytes in
      try body(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count * type.byteCount]))
    }
  }

  /// The numbers as Doubles. Integers beyond 2^53 lose digits.
  public func doubles() -> [Double] {
    withUnsafeBytes { bytes in
      func read<Number>(_ type: Number.Type, _ convert: (Number) -> Double) -> [Double] {
        (0..<count).map {
          convert(bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Number>.size, as: type))
        }
      }
      return switch type {
      case .bool, .uint8: read(UInt8.self) { Double($0) }
      case .int8: read(Int8.self) { Double($0) }
      case .uint16: read(UInt16.self) { Double(UInt16(littleEndian: $0)) }
      case .int16: read(Int16.self) { Double(Int16(littleEndian: $0)) }
      case .uint32: read(UInt32.self) { Double(UInt32(littleEndian: $0)) }
      case .int32: read(Int32.self) { Double(Int32(littleEndian: $0)) }
      case .uint64: read(UInt64.self) { Double(UInt64(littleEndian: $0)) }
      case .int64: read(Int64.self) { Double(Int64(littleEndian: $0)) }
      case .float16:
        read(UInt16.self) { Double(HalfPrecision.float(half: UInt16(littleEndian: $0))) }
      case .bfloat16:
        read(UInt16.self) { Double(HalfPrecision.float(brain: UInt16(littleEndian: $0))) }
      case .float32:
        read(UInt32.self) { Double(Float(bitPattern: UInt32(littleEndian: $0))) }
      case .float64:
        read(UInt64.self) { Double(bitPattern: UInt64(littleEndian: $0)) }
      }
    }
  }
}

/// Named tensors in the order of their file, and the text that stands beside them.
public struct TensorArchive: Sendable {
  /// One named tensor.
  public struct Entry: Sendable {
    /// Its name in the file.
    public let name: String
    /// The numbers.
    public let tensor: Tensor
  }

  /// The tensors in the order of the file; names are unique.
  public var entries: [Entry]
  /// Text by key, as safetensors has it.
  public var metadata: [String: String]
  /// What there is to know of how the file was read.
  public var notes: [ReadingNote] = []

  /// Makes an archive.
  public init(_ entries: [(String, Tensor)] = [], metadata: [String: String] = [:]) {
    self.entries = entries.map { Entry(name: $0.0, tensor: $0.1) }
    self.metadata = metadata
  }

  /// The tensor of a name.
  public subscript(name: String) -> Tensor? {
    entries.first { $0.name == name }?.tensor
  }
}
