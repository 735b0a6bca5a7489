// The B-trees of version 1, over the nodes of a symbol table or over the chunks of a dataset. They
// are read from the root down; the pointers to neighbours are not needed.

/// What a B-tree is over.
struct HDF5BTree {
  let type: UInt8
  /// The bytes of a key.
  let keySize: Int
  let structure: String

  /// Over the nodes of a symbol table; a key is a place in the heap of names.
  static func links(keySize: Int) -> HDF5BTree {
    HDF5BTree(type: 0, keySize: keySize, structure: "the tree of its symbol table")
  }

  /// Over chunks; a key is size, mask of filters, and an offset for each dimension and one more.
  static func chunks(rank: Int) -> HDF5BTree {
    HDF5BTree(type: 1, keySize: 8 + 8 * (rank + 1), structure: "the tree of its chunks")
  }
}

extension HDF5File {
  /// The entries of all leaves: where the key before each stands, and to what it refers.
  ///
  /// A tree that leads in circles ends where ``look(at:_:offset:)`` does, and before: each node is
  /// one level lower than the one above.
  func leaves(at address: Int, _ tree: HDF5BTree, _ place: String) throws
    -> [(key: Int, child: Int)]
  {
    var found: [(key: Int, child: Int)] = []
    var nodes = [(address: address, level: Int?.none)]
    while let node = nodes.popLast() {
      var cursor = try HDF5Cursor(
        self, place, tree.structure, at: node.address, count: 8 + 2 * addressSize)
      try cursor.expect("TREE")
      let start = cursor
      let type = try cursor.byte()
      let level = try cursor.number(1)
      guard type == tree.type, node.level == nil || node.level == level else {
        throw start.damaged(
          "has a node of type \(type) and level \(level) where another should be")
      }
      let count = try cursor.number(2)
      cursor = try HDF5Cursor(
        self, place, tree.structure, at: cursor.offset + 2 * addressSize,
        count: count * (tree.keySize + addressSize) + tree.keySize)
      var entries: [(key: Int, child: Int)] = []
      for _ in 0..<count {
        let key = cursor.offset
        try cursor.skip(tree.keySize)
        entries.append((key, try cursor.requiredAddress()))
      }
      if level == 0 {
        found += entries
      } else {
        nodes += entries.reversed().map { ($0.child, level - 1) }
      }
    }
    return found
  }
}
