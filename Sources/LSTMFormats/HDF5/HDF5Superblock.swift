// The first bytes of an HDF5 file, the superblock of version 0 to 3: how wide addresses are, where
// the root is, and how long the file has to be.

extension HDF5File {
  static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  /// Whether bytes begin as HDF5 files do. (HDF5 also allows the signature further on, behind
  /// bytes of somebody else; Keras writes no such file.)
  static func matches(_ storage: ByteStorage) -> Bool {
    storage.withUnsafeBytes { $0.starts(with: signature) }
  }

  /// Opens a file and gives its root group.
  ///
  /// - Parameters:
  ///   - storage: where the bytes are.
  ///   - range: which of them are the file; all of them where nil.
  ///   - file: its name, for errors.
  /// - Throws: ``HDF5Error``.
  static func root(of storage: ByteStorage, range: Range<Int>? = nil, file: String) throws
    -> HDF5Node
  {
    let opened = HDF5File(storage, range: range ?? 0..<storage.count, name: file)
    guard opened.withUnsafeBytes({ $0.starts(with: signature) }) else {
      throw opened.error(.notHDF5, "")
    }
    return try HDF5Node(opened, place: "", address: opened.rootAddress())
  }

  private func rootAddress() throws -> Int {
    let structure = "the superblock"
    var cursor = try HDF5Cursor(self, "", structure, at: 8, count: min(count - 8, 120))
    let version = try cursor.version(0...3)
    if version < 2 {
      try cursor.skip(4)  // Versions of free space, of the root, and of shared headers.
      try readSizes(&cursor)
      try cursor.skip(version == 1 ? 13 : 9)  // How many entries nodes have, and flags.
    } else {
      try readSizes(&cursor)
      try cursor.skip(1)
    }
    let base = try cursor.address()
    guard base == 0 else {
      throw cursor.error(.unsupported("bytes of somebody else before it", isRewritten: true))
    }
    try cursor.skip(addressSize)  // Free space, or an extension.
    let expected = try cursor.number(addressSize)
    guard expected <= count else {
      throw error(.cutShort(size: count, expected: expected), "")
    }
    if version < 2 {
      try cursor.skip(addressSize)  // What a driver wrote.
      try cursor.skip(lengthSize)  // The root has no name.
      return try cursor.requiredAddress()
    }
    let root = try cursor.requiredAddress()
    try checkSum(from: 0, to: cursor.offset, "", structure)
    return root
  }

  private func readSizes(_ cursor: inout HDF5Cursor) throws {
    let sizes = try cursor.bytes(2).map(Int.init)
    guard sizes.allSatisfy([2, 4, 8].contains) else {
      throw cursor.damaged("has addresses of \(sizes[0]) bytes and lengths of \(sizes[1])")
    }
    (addressSize, lengthSize) = (sizes[0], sizes[1])
  }
}
