// A dataset in chunks: blocks of one shape that cover it, each by itself packed, found by a B-tree.

/// The chunks of a dataset.
struct HDF5Chunks {
  private struct Chunk {
    /// Where its first number belongs in the dataset.
    let start: [Int]
    let address: Int
    let storedSize: Int
    /// Which filters were left out, a bit each.
    let mask: Int
  }

  private let node: HDF5Node
  private let shape: [Int]
  private let chunkShape: [Int]
  private let elementSize: Int
  private let filters: HDF5Filters
  private let chunks: [Chunk]
  private let offset: Int

  private var chunkSize: Int { chunkShape.reduce(elementSize, *) }

  /// Finds the chunks: exactly those that the shape needs, else it is an error.
  ///
  /// - Parameters:
  ///   - tree: where the tree of the chunks is.
  ///   - shape: that of the dataset; no size is 0.
  ///   - chunk: that of a chunk, and the size of an element.
  ///   - offset: where the layout stands, for errors.
  init(
    node: HDF5Node, tree: Int, shape: [Int], chunk: [Int], elementSize: Int, offset: Int
  ) throws {
    (self.node, self.shape, self.elementSize, self.offset) = (node, shape, elementSize, offset)
    chunkShape = chunk.dropLast()
    guard chunk.count == shape.count + 1, chunk.last == elementSize, !chunk.contains(0),
      byteCount(of: chunk, bitsEach: 8) != nil
    else {
      throw node.error(
        .damaged("its chunks are \(chunk), but its shape and type are others"), at: offset)
    }
    filters = try HDF5Filters(of: node, elementSize: elementSize)
    let file = node.file
    chunks = try file.leaves(at: tree, .chunks(rank: shape.count), node.place).map { leaf in
      var key = try HDF5Cursor(
        file, node.place, "the tree of its chunks", at: leaf.key, count: 8 + 8 * chunk.count)
      let size = try key.number(4)
      let mask = try key.number(4)
      let start = try shape.map { _ in try key.number(8) }
      return Chunk(start: start, address: leaf.child, storedSize: size, mask: mask)
    }
    try checkThatChunksCover()
  }

  private func checkThatChunksCover() throws {
    // The shape has passed, so that no product of these is too large.
    let grid = zip(shape, chunkShape).map { ($0 - 1) / $1 + 1 }
    var seen: Set<Int> = []
    for chunk in chunks {
      var place = 0
      for (axis, start) in chunk.start.enumerated() {
        let index = start / chunkShape[axis]
        guard start % chunkShape[axis] == 0, index < grid[axis] else {
          throw node.error(
            .damaged("a chunk begins at \(chunk.start), where none can"), at: chunk.address)
        }
        place = place * grid[axis] + index
      }
      guard seen.insert(place).inserted else {
        throw node.error(.damaged("two chunks begin at \(chunk.start)"), at: chunk.address)
      }
    }
    guard seen.count == grid.reduce(1, *) else {
      throw node.error(.unwritten(size: shape.reduce(elementSize, *)), at: offset)
    }
  }

  /// All chunks, unpacked and in their places.
  func joined() throws -> ByteStorage {
    let size = shape.reduce(elementSize, *)
    // An edge may use little of a chunk, which is unpacked as a whole.
    let (unpacked, isTooLarge) = chunkSize.multipliedReportingOverflow(by: chunks.count)
    try node.file.take(
      memory: isTooLarge ? .max : max(size, unpacked), node.place, offset: offset)
    return try ByteStorage(count: size) { output in
      for chunk in chunks {
        let cursor = try HDF5Cursor(
          node.file, node.place, "a chunk", at: chunk.address, count: chunk.storedSize)
        try node.file.take(numbers: chunk.storedSize, node.place, offset: chunk.address)
        let bytes = try node.file.withUnsafeBytes { file in
          try filters.unpack(
            UnsafeRawBufferPointer(rebasing: file[cursor.offset..<cursor.end]),
            into: chunkSize, mask: chunk.mask
          ) { what in node.error(.damaged(what), at: chunk.address) }
        }
        bytes.withUnsafeBytes { copy($0, of: chunk, into: output) }
      }
    }
  }

  /// Copies what of a chunk lies within the dataset, row by row along the last axis.
  private func copy(
    _ bytes: UnsafeRawBufferPointer, of chunk: Chunk, into output: UnsafeMutableRawBufferPointer
  ) {
    let sizes = zip(chunk.start, zip(shape, chunkShape)).map { min($1.1, $1.0 - $0) }
    let rowSize = (sizes.last ?? 1) * elementSize
    var index = [Int](repeating: 0, count: shape.count)
    while true {
      var (from, to) = (0, 0)
      for axis in shape.indices {
        from = from * chunkShape[axis] + index[axis]
        to = to * shape[axis] + chunk.start[axis] + index[axis]
      }
      output[(to * elementSize)..<(to * elementSize + rowSize)].copyBytes(
        from: bytes[(from * elementSize)..<(from * elementSize + rowSize)])
      var axis = shape.count - 2
      while axis >= 0 {
        index[axis] += 1
        if index[axis] < sizes[axis] { break }
        index[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}
