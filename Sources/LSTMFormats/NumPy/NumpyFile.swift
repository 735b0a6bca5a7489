// Arrays of NumPy, .npy: the numbers in place where they lie as tensors do, put in order where
// they are big-endian or in Fortran's order. Archives of arrays are left to NpzFile.swift.

/// An .npy file of version 1.0, 2.0 or 3.0: one array.
public struct NumpyFile: Sendable {
  /// The array.
  public let tensor: Tensor

  /// Takes an array for a file that is to be written.
  public init(_ tensor: Tensor) { self.tensor = tensor }

  /// A version of the format. The later ones allow longer headers and other alphabets, which the
  /// header of an array of numbers never needs.
  public enum Version: UInt8, CaseIterable, Sendable {
    /// 1.0, the one that NumPy writes.
    case one = 1
    /// 2.0, with a longer count of the header's bytes.
    case two = 2
    /// 3.0, with a header in UTF-8.
    case three = 3
  }

  /// Whether bytes begin as .npy files do.
  public static func matches(_ storage: ByteStorage) -> Bool {
    storage.withUnsafeBytes { $0.prefix(6).elementsEqual(NumpyHeader.magic) }
  }

  /// Opens a file, which is mapped, not copied.
  ///
  /// - Throws: ``NumpyError``, or ``LSTMFormatsError`` where the file cannot be opened.
  public init(contentsOf path: String) throws {
    try self.init(storage: ByteStorage(mapping: path), file: path)
  }

  /// Opens a file whose bytes are at hand. The numbers are a view of the storage where they are little-endian and in C
  /// order, else a copy that is.
  ///
  /// `<V2` and `|V2`, as ml_dtypes writes it, is bfloat16.
  ///
  /// - Parameters:
  ///   - storage: bytes that hold the file.
  ///   - range: which of them are the file's; all of them unless given.
  ///   - file: its name, for errors.
  /// - Throws: ``NumpyError``.
  public init(storage: ByteStorage, range: Range<Int>? = nil, file: String) throws {
    tensor = try Self.tensor(storage, range: range ?? 0..<storage.count, file: file)
  }

  /// The array that some bytes hold; see ``init(storage:range:file:)``.
  static func tensor(_ storage: ByteStorage, range: Range<Int>, file: String) throws -> Tensor {
    let (header, length) = try storage.withUnsafeBytes {
      try NumpyHeader.parse(UnsafeRawBufferPointer(rebasing: $0[range]), file: file)
    }
    let (type, shape) = (header.type, header.shape)
    guard let size = byteCount(of: shape, bitsEach: 8 * type.byteCount) else {
      throw NumpyError.tooLarge(file: file, shape: shape)
    }
    let found = range.count - length
    if found < size {
      throw NumpyError.tooShort(file: file, shape: shape, expected: size, found: found)
    }
    if found > size {
      throw NumpyError.trailingBytes(file: file, count: found - size, byte: length + size)
    }
    let tensor = Tensor(
      type: type, shape: shape, storage: storage, offset: range.lowerBound + length)
    let isFortran = header.isFortran && shape.count { $0 > 1 } > 1 && size > 0
    let isSwapped = header.isBigEndian && type.byteCount > 1
    return isFortran || isSwapped
      ? tensor.inOrder(swapped: isSwapped, fortran: isFortran) : tensor
  }

  /// Writes the file: C order, little-endian, the numbers at a multiple of 64 bytes.
  ///
  /// NumPy has no bfloat16: those numbers are written as float32, which holds each exactly.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  public func write(to path: String, version: Version = .one) throws {
    try ByteOutput.file(path) { output in
      let tensor = tensor.forNumpy
      try output.write(
        NumpyHeader(type: tensor.type, shape: tensor.shape).bytes(version: version))
      try tensor.withUnsafeBytes { try output.write($0) }
    }
  }

  /// The bytes of the file; see ``write(to:version:)``.
  public func bytes(version: Version = .one) -> [UInt8] {
    let tensor = tensor.forNumpy
    return NumpyHeader(type: tensor.type, shape: tensor.shape).bytes(version: version)
      + tensor.withUnsafeBytes { Array($0) }
  }
}

extension Tensor {
  /// The tensor as NumPy can hold it: bfloat16 widened to float32.
  var forNumpy: Tensor {
    guard type == .bfloat16 else { return self }
    let wide = withUnsafeBytes { input in
      ByteStorage(count: 2 * input.count) { output in
        for index in 0..<input.count / 2 {
          // The upper half of the four bytes is the number, the lower half is zero.
          output.storeBytes(of: 0, toByteOffset: 4 * index, as: UInt16.self)
          output.storeBytes(
            of: input.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self),
            toByteOffset: 4 * index + 2, as: UInt16.self)
        }
      }
    }
    return Tensor(type: .float32, shape: shape, storage: wide)
  }

  /// A copy of numbers that lie otherwise than tensors do.
  fileprivate func inOrder(swapped: Bool, fortran: Bool) -> Tensor {
    switch type.byteCount {
    case 1: copy(UInt8.self, swapped: swapped, fortran: fortran)
    case 2: copy(UInt16.self, swapped: swapped, fortran: fortran)
    case 4: copy(UInt32.self, swapped: swapped, fortran: fortran)
    default: copy(UInt64.self, swapped: swapped, fortran: fortran)
    }
  }

  private func copy<Bits: FixedWidthInteger>(
    _: Bits.Type, swapped: Bool, fortran: Bool
  ) -> Tensor {
    let width = MemoryLayout<Bits>.size
    // How far apart neighbours along each dimension lie in the file, in numbers.
    var steps = shape
    var step = 1
    for dimension in fortran ? Array(shape.indices) : shape.indices.reversed() {
      steps[dimension] = step
      step *= shape[dimension]
    }
    let copied = withUnsafeBytes { input in
      ByteStorage(count: input.count) { output in
        var index = [Int](repeating: 0, count: shape.count)
        var source = 0
        for place in 0..<count {
          let bits = input.loadUnaligned(fromByteOffset: source * width, as: Bits.self)
          output.storeBytes(
            of: swapped ? bits.byteSwapped : bits, toByteOffset: place * width, as: Bits.self)
          for dimension in shape.indices.reversed() {
            index[dimension] += 1
            source += steps[dimension]
            if index[dimension] < shape[dimension] { break }
            source -= steps[dimension] * shape[dimension]
            index[dimension] = 0
          }
        }
      }
    }
    return Tensor(type: type, shape: shape, storage: copied)
  }
}
