// Text of variable length lies apart from what it belongs to, in collections of the global heap:
// numbered objects one after the other.

extension HDF5File {
  /// Reads a reference to text, of 8 bytes and an address, and the text.
  ///
  /// - Throws: ``HDF5Error``.
  func text(_ reference: inout HDF5Cursor) throws -> String {
    let count = try reference.number(4)
    let start = reference
    let address = try reference.address()
    let index = try reference.number(4)
    guard count > 0, let address, address > 0 else { return "" }
    guard let place = try objects(at: address, reference.place)[index], count <= place.count else {
      throw start.damaged("refers to text \(index) of the heap at byte \(address), which lacks it")
    }
    var cursor = try HDF5Cursor(
      self, reference.place, "its text", at: place.lowerBound, count: count)
    return try cursor.text(count)
  }

  private func objects(at address: Int, _ place: String) throws -> [Int: Range<Int>] {
    if let known = heaps[address] { return known }
    let structure = "the heap of its text"
    var cursor = try HDF5Cursor(self, place, structure, at: address, count: 8 + lengthSize)
    try cursor.expect("GCOL")
    _ = try cursor.version(1...1)
    try cursor.skip(3)
    let head = cursor.count + 8
    let start = cursor
    let size = try cursor.length()
    guard size >= head else { throw start.damaged("has a size of \(size)") }
    cursor = try HDF5Cursor(self, place, structure, at: cursor.offset, count: size - head)
    var objects: [Int: Range<Int>] = [:]
    while cursor.count >= 8 + lengthSize {
      let index = try cursor.number(2)
      try cursor.skip(6)  // How often it is referred to.
      let count = try cursor.length()
      if index == 0 { break }  // The rest is free.
      let start = cursor.offset
      try cursor.skip(count)
      objects[index] = start..<cursor.offset
      try cursor.skip(min(cursor.count, -count & 7))
    }
    heaps[address] = objects
    return objects
  }
}
