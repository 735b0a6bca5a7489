// The structures of groups, datasets and attributes as HDF5Writer.swift writes them: headers of
// version 1, symbol tables, and shapes and types in the oldest versions.

extension HDF5Writer {
  /// The links in one node of a symbol table, and the children of one node of its tree: what the
  /// library takes where nobody asks for another number.
  static let linksInNode = 8
  static let childrenInNode = 32

  /// Writes a group and all that is in it.
  ///
  /// - Returns: where its header, the tree and the names of its symbol table are.
  mutating func write(_ group: HDF5Group) -> (header: Int, tree: Int, heap: Int) {
    let members = group.names
    let addresses = members.map { name in
      group.groups[name].map { write($0).header } ?? group.datasets[name].map { write($0) } ?? 0
    }
    // The heap begins with the empty name, which is below all others.
    var names = [UInt8](repeating: 0, count: 8)
    let places = members.map { name in
      defer { names += Self.filled(Array(name.utf8) + [0]) }
      return names.count
    }
    let heap = append(
      Array("HEAP".utf8) + Self.number(0, 4) + Self.number(names.count, 8)
        + Self.number(1, 8) + Self.number(bytes.count + 32 + (-bytes.count & 7), 8) + names)
    let tree = writeTree(Array(zip(places, addresses)))
    let table = message(0x11, Self.number(tree, 8) + Self.number(heap, 8))
    return (writeHeader([table] + group.attributes.map(attribute)), tree, heap)
  }

  /// Writes nodes of links and the tree over them, level by level.
  private mutating func writeTree(_ links: [(name: Int, address: Int)]) -> Int {
    var children: [(address: Int, lastName: Int)] = Self.parts(links, Self.linksInNode).map {
      part in
      let entries = part.flatMap { link in
        Self.number(link.name, 8) + Self.number(link.address, 8) + Self.number(0, 24)
      }
      let node = Array("SNOD".utf8) + [1, 0] + Self.number(part.count, 2) + entries
      let size = 8 + 40 * Self.linksInNode
      return (
        append(node + [UInt8](repeating: 0, count: size - node.count)), part.last?.name ?? 0
      )
    }
    var level = 0
    repeat {
      let parts = Self.parts(children, Self.childrenInNode)
      let size = 24 + 8 * (2 * Self.childrenInNode + 1)
      let first = bytes.count + (-bytes.count & 7)
      var lastName = 0
      children = (parts.isEmpty ? [[]] : parts).enumerated().map { index, part in
        var node = Array("TREE".utf8) + [0, UInt8(level)] + Self.number(part.count, 2)
        node += index == 0 ? Self.nothing : Self.number(first + (index - 1) * size, 8)
        node += index + 1 >= parts.count ? Self.nothing : Self.number(first + (index + 1) * size, 8)
        node += Self.number(lastName, 8)
        for child in part {
          node += Self.number(child.address, 8) + Self.number(child.lastName, 8)
        }
        lastName = part.last?.lastName ?? 0
        return (append(node + [UInt8](repeating: 0, count: size - node.count)), lastName)
      }
      level += 1
    } while children.count > 1
    return children[0].address
  }

  private static func parts<Element>(_ all: [Element], _ size: Int) -> [[Element]] {
    stride(from: 0, to: all.count, by: size).map { Array(all[$0..<min(all.count, $0 + size)]) }
  }

  // MARK: - Datasets

  private mutating func write(_ numbers: HDF5Numbers) -> Int {
    let tensor = numbers.tensor
    let size = tensor.count * tensor.type.byteCount
    let address = size == 0 ? Self.nothing : Self.number(append([]), 8)
    tensor.withUnsafeBytes { bytes += $0 }
    let messages = [
      message(0x01, Self.shape(tensor.shape)),
      message(0x03, Self.type(tensor.type)),
      message(0x05, [2, 2, 2, 1] + Self.number(0, 4)),  // Nothing to fill up with.
      message(0x08, [3, 1] + address + Self.number(size, 8)),
    ]
    return writeHeader(messages + numbers.attributes.map(attribute))
  }

  private static func shape(_ shape: [Int]) -> [UInt8] {
    [1, UInt8(shape.count)] + number(0, 6) + shape.flatMap { number($0, 8) }
  }

  private static func type(_ type: NumberType) -> [UInt8] {
    // Bits of the exponent and of the fraction; the highest bit is the sign.
    func float(_ exponent: Int, _ fraction: Int) -> [UInt8] {
      let bits = 1 + exponent + fraction
      return [0x11, 0x20, UInt8(bits - 1), 0] + number(bits / 8, 4) + number(0, 2) + number(bits, 2)
        + [UInt8(fraction), UInt8(exponent), 0, UInt8(fraction)]
        + number(1 << (exponent - 1) - 1, 4)
    }
    switch type {
    case .float16: return float(5, 10)
    case .float32: return float(8, 23)
    case .float64: return float(11, 52)
    // As Keras writes it: pairs of bytes that mean nothing to HDF5.
    default: return [0x15, 0, 0, 0] + number(type.byteCount, 4)
    }
  }

  // MARK: - Headers

  private func message(_ kind: Int, _ content: [UInt8]) -> [UInt8] {
    let content = Self.filled(content)
    return Self.number(kind, 2) + Self.number(content.count, 2) + Self.number(0, 4) + content
  }

  /// Text of variable length: UTF-8 that ends with a zero, of unsigned bytes.
  private func attribute(_ name: String, _ text: HDF5Text) -> [UInt8] {
    let type: [UInt8] =
      [0x19, 1, 1, 0] + Self.number(16, 4) + [0x10, 0, 0, 0] + Self.number(1, 4)
      + Self.number(0, 2) + Self.number(8, 2)
    let texts = text.all
    let shape: [UInt8]
    switch text {
    case .one: shape = Self.shape([])
    case .list: shape = Self.shape([texts.count])
    }
    let title = Array(name.utf8) + [0]
    let sizes = [title.count, type.count, shape.count].flatMap { Self.number($0, 2) }
    let head = [1, 0] + sizes + Self.filled(title) + Self.filled(type) + shape
    return message(0x0C, head + texts.flatMap { reference(to: $0) })
  }

  private mutating func writeHeader(_ messages: [[UInt8]]) -> Int {
    let content = messages.flatMap { $0 }
    return append(
      [1, 0] + Self.number(messages.count, 2) + Self.number(1, 4) + Self.number(content.count, 4)
        + Self.number(0, 4) + content)
  }
}
