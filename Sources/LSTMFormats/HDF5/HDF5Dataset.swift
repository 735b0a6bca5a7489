// The numbers of a dataset. Where they lie side by side they are used in place; what is in chunks
// is put together in HDF5Chunks.swift. A number that the file does not hold is never made up: HDF5
// would give a fill value for it, but a weight that was never written is a mistake.

/// Where the numbers of a dataset are.
enum HDF5Layout {
  /// One after the other, from an address on; nil: none was written.
  case contiguous(address: Int?, size: Int)
  /// In blocks of a shape, found by a B-tree; nil: none was written.
  case chunked(tree: Int?, shape: [Int])
}

extension HDF5Node {
  /// The numbers of this dataset.
  ///
  /// - Throws: ``HDF5Error``.
  func tensor() throws -> Tensor {
    guard isDataset, let layoutMessage = header.first(.layout) else {
      throw error(.wrongKind(expected: "a dataset"), at: header.address)
    }
    if let external = header.first(.externalFiles) {
      throw error(.elsewhere(isVirtual: false), at: external.offset)
    }
    let layout = try layout(layoutMessage)
    let (type, isBigEndian) = try numberType()
    let shape = try shape()
    let count = shape.reduce(type.byteCount, *)
    if count == 0 { return Tensor(type: type, shape: shape, storage: ByteStorage([UInt8]())) }
    func unwritten() -> HDF5Error { error(.unwritten(size: count), at: layoutMessage.offset) }
    let (storage, offset): (ByteStorage, Int)
    switch layout {
    case .contiguous(let address, let size):
      guard let address else { throw unwritten() }
      guard size == count else {
        throw error(
          .damaged("\(size) bytes are stored, but its shape and type need \(count)"),
          at: layoutMessage.offset)
      }
      guard size <= file.count - address else {
        throw error(
          .damaged("its numbers would end beyond the file's \(file.count) bytes"), at: address)
      }
      try file.take(numbers: size, place, offset: address)
      (storage, offset) = (file.storage, file.range.lowerBound + address)
    case .chunked(let tree, let chunk):
      guard let tree else { throw unwritten() }
      let chunks = try HDF5Chunks(
        node: self, tree: tree, shape: shape, chunk: chunk, elementSize: type.byteCount,
        offset: layoutMessage.offset)
      (storage, offset) = (try chunks.joined(), 0)
    }
    let tensor = Tensor(type: type, shape: shape, storage: storage, offset: offset)
    return isBigEndian ? try turned(tensor, at: layoutMessage.offset) : tensor
  }

  private func layout(_ message: HDF5Message) throws -> HDF5Layout {
    var cursor = try content(of: message, "its layout")
    let start = cursor
    let version = try cursor.byte()
    guard version == 3 || version == 4 else {
      throw start.error(.unsupported("a layout of version \(version)", isRewritten: true))
    }
    switch try cursor.number(1) {
    case 0:
      let size = try cursor.number(2)
      let address = cursor.offset
      try cursor.skip(size)
      return .contiguous(address: address, size: size)
    case 1: return .contiguous(address: try cursor.address(), size: try cursor.length())
    case 2:
      guard version == 3 else {
        throw start.error(.unsupported("chunks in the form of HDF5 1.10", isRewritten: true))
      }
      let rank = try cursor.number(1)
      let tree = try cursor.address()
      // The last one is the size of an element.
      return .chunked(tree: tree, shape: try (0..<rank).map { _ in try cursor.number(4) })
    case 3 where version == 4: throw start.error(.elsewhere(isVirtual: true))
    case let other: throw start.damaged("is of the unknown class \(other)")
    }
  }

  private func numberType() throws -> (NumberType, isBigEndian: Bool) {
    guard let message = header.first(.datatype) else {
      throw error(.damaged("its header has no type of numbers"), at: header.address)
    }
    var cursor = try content(of: message, "the type of its numbers")
    guard case .number(let type, let isBigEndian) = try HDF5Datatype(&cursor) else {
      throw error(.numberType, at: message.offset)
    }
    return (type, isBigEndian)
  }

  private func shape() throws -> [Int] {
    guard let message = header.first(.dataspace) else {
      throw error(.damaged("its header has no shape"), at: header.address)
    }
    var cursor = try content(of: message, "its shape")
    let shape = try HDF5Dataspace.shape(&cursor)
    guard let shape, shape.count <= 8, shape.allSatisfy({ $0 <= UInt64(Int32.max) }),
      byteCount(of: shape.map { Int($0) }, bitsEach: 64) != nil
    else {
      throw error(.badShape(shape ?? []), at: message.offset)
    }
    return shape.map { Int($0) }
  }

  // The same numbers from a machine with the other order of bytes.
  private func turned(_ tensor: Tensor, at offset: Int) throws -> Tensor {
    let size = tensor.type.byteCount
    let count = tensor.count * size
    try file.take(memory: count, place, offset: offset)
    let storage = tensor.withUnsafeBytes { bytes in
      ByteStorage(count: count) { output in
        for start in stride(from: 0, to: count, by: size) {
          for byte in 0..<size { output[start + byte] = bytes[start + size - 1 - byte] }
        }
      }
    }
    return Tensor(type: tensor.type, shape: tensor.shape, storage: storage)
  }
}
