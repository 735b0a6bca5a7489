// What a group holds: links by name. Old groups have them in a symbol table (a B-tree over nodes of
// entries, the names in a heap of their own), new ones in messages of their header.

/// A link in a group.
struct HDF5Link {
  /// Where a link leads.
  enum Target {
    /// To the object whose header is at an address.
    case object(Int)
    /// To a path in the same file.
    case soft
    /// To another file, or wherever a program of somebody's own says.
    case elsewhere
  }

  let target: Target
  /// Where the link stands in the file.
  let offset: Int
}

extension HDF5File {
  /// The links of a group, by name.
  ///
  /// - Throws: ``HDF5Error``.
  func links(of group: HDF5Node) throws -> [String: HDF5Link] {
    if let known = links[group.header.address] { return known }
    var found: [String: HDF5Link] = [:]
    for message in group.header.messages {
      switch message.kind {
      case .symbolTable: try readSymbolTable(message, of: group, into: &found)
      case .linkInfo: try refuseIndex(message, of: group)
      case .link:
        let (name, link) = try self.link(message, of: group)
        found[name] = found[name] ?? link
      default: break
      }
    }
    links[group.header.address] = found
    return found
  }

  // MARK: - New groups

  private func refuseIndex(_ message: HDF5Message, of group: HDF5Node) throws {
    var cursor = try group.content(of: message, "its list of links")
    _ = try cursor.version(0...0)
    if try cursor.byte() & 1 != 0 { try cursor.skip(8) }  // The order of creation.
    let start = cursor
    if try cursor.address() != nil {
      throw start.error(.unsupported("an index of links (a fractal heap)", isRewritten: true))
    }
  }

  private func link(_ message: HDF5Message, of group: HDF5Node) throws -> (String, HDF5Link) {
    var cursor = try group.content(of: message, "a link")
    _ = try cursor.version(1...1)
    let flags = try cursor.byte()
    let type = flags & 0x08 == 0 ? 0 : try cursor.byte()
    if flags & 0x04 != 0 { try cursor.skip(8) }  // The order of creation.
    if flags & 0x10 != 0 { try cursor.skip(1) }  // ASCII or UTF-8.
    let name = String(
      decoding: try cursor.bytes(try cursor.number(1 << Int(flags & 3))), as: UTF8.self)
    let target: HDF5Link.Target =
      switch type {
      case 0: .object(try cursor.requiredAddress())
      case 1: .soft
      default: .elsewhere
      }
    return (name, HDF5Link(target: target, offset: message.offset))
  }

  // MARK: - Old groups

  private func readSymbolTable(
    _ message: HDF5Message, of group: HDF5Node, into found: inout [String: HDF5Link]
  ) throws {
    var cursor = try group.content(of: message, "its symbol table")
    let tree = try cursor.requiredAddress()
    let names = try self.names(at: try cursor.requiredAddress(), group.place)
    for leaf in try leaves(at: tree, .links(keySize: lengthSize), group.place) {
      var node = try HDF5Cursor(
        self, group.place, "a node of its symbol table", at: leaf.child, count: 8)
      try node.expect("SNOD")
      _ = try node.version(1...1)
      try node.skip(1)
      let count = try node.number(2)
      let size = lengthSize + addressSize + 24
      node = try HDF5Cursor(
        self, group.place, node.structure, at: node.offset, count: count * size)
      for _ in 0..<count {
        var entry = try node.part(size, node.structure)
        let offset = entry.offset
        let name = try self.name(at: try entry.length(), in: names, entry)
        let address = try entry.address()
        let isSoft = try entry.number(4) == 2
        guard isSoft || address != nil else { throw entry.damaged("refers to nothing") }
        let link = HDF5Link(target: isSoft ? .soft : .object(address ?? 0), offset: offset)
        found[name] = found[name] ?? link
      }
    }
  }

  // A local heap: the names of one group, each with a zero behind it.
  private func names(at address: Int, _ place: String) throws -> HDF5Cursor {
    let structure = "the heap of its names"
    var cursor = try HDF5Cursor(
      self, place, structure, at: address, count: 8 + 2 * lengthSize + addressSize)
    try cursor.expect("HEAP")
    _ = try cursor.version(0...0)
    try cursor.skip(3)
    let count = try cursor.length()
    try cursor.skip(lengthSize)  // Where the first free byte is.
    return try HDF5Cursor(self, place, structure, at: try cursor.requiredAddress(), count: count)
  }

  private func name(at offset: Int, in heap: HDF5Cursor, _ entry: HDF5Cursor) throws -> String {
    guard offset < heap.count else { throw entry.damaged("names a place outside of the heap") }
    let start = heap.offset + offset
    let length = withUnsafeBytes { bytes in
      bytes[start..<heap.end].firstIndex(of: 0).map { $0 - start }
    }
    guard let length else { throw entry.damaged("has a name without an end") }
    // Entries may all have the same long name.
    try look(at: length, entry.place, offset: start)
    return withUnsafeBytes { String(decoding: $0[start..<start + length], as: UTF8.self) }
  }
}
