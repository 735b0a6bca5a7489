// The header of an object, in version 1 or 2: a list of messages, in one block or several. What the
// messages say is read by those who need it.

/// One message in the header of an object.
struct HDF5Message {
  /// The kinds of messages that are read.
  enum Kind: Int {
    case dataspace = 0x01
    case linkInfo = 0x02
    case datatype = 0x03
    case link = 0x06
    case externalFiles = 0x07
    case layout = 0x08
    case groupInfo = 0x0A
    case filters = 0x0B
    case attribute = 0x0C
    case continuation = 0x10
    case symbolTable = 0x11
    case attributeInfo = 0x15
  }

  let kind: Kind
  /// Where its content stands in the file.
  let offset: Int
  let count: Int
  /// Whether the content is in another place, for several objects to share.
  let isShared: Bool
}

/// The header of an object.
struct HDF5ObjectHeader {
  let address: Int
  let messages: [HDF5Message]

  /// The first message of a kind.
  func first(_ kind: HDF5Message.Kind) -> HDF5Message? { messages.first { $0.kind == kind } }
}

extension HDF5File {
  /// The header that stands at an address.
  ///
  /// - Throws: ``HDF5Error``.
  func header(at address: Int, _ place: String) throws -> HDF5ObjectHeader {
    if let known = headers[address] { return known }
    let isNew = withUnsafeBytes { bytes in
      bytes.littleEndian(UInt32.self, at: address) == 0x5244_484F  // "OHDR"
    }
    let messages =
      isNew ? try newMessages(at: address, place) : try oldMessages(at: address, place)
    let header = HDF5ObjectHeader(address: address, messages: messages)
    headers[address] = header
    return header
  }

  private static let structure = "its header"

  // Version 1: messages aligned to 8 bytes, and the size of the first block in the prefix.
  private func oldMessages(at address: Int, _ place: String) throws -> [HDF5Message] {
    var cursor = try HDF5Cursor(self, place, Self.structure, at: address, count: 16)
    _ = try cursor.version(1...1)
    try cursor.skip(7)
    var blocks = [(offset: address + 16, count: try cursor.number(4))]
    var messages: [HDF5Message] = []
    while let block = blocks.popLast() {
      cursor = try HDF5Cursor(self, place, Self.structure, at: block.offset, count: block.count)
      while cursor.count >= 8 {
        let type = try cursor.number(2)
        let count = try cursor.number(2)
        let flags = try cursor.byte()
        try cursor.skip(3)
        try add(type, flags, try cursor.part(count, "a message"), &messages, &blocks)
      }
    }
    return messages
  }

  // Version 2: no alignment, letters at the start of each block and a checksum at its end.
  private func newMessages(at address: Int, _ place: String) throws -> [HDF5Message] {
    var prefix = try HDF5Cursor(
      self, place, Self.structure, at: address, count: min(34, count - address))
    try prefix.expect("OHDR")
    _ = try prefix.version(2...2)
    let flags = try prefix.byte()
    if flags & 0x20 != 0 { try prefix.skip(16) }  // Times.
    if flags & 0x10 != 0 { try prefix.skip(4) }  // How many attributes are too many.
    let size = try prefix.number(1 << Int(flags & 3))
    var blocks = [(offset: prefix.offset, count: size)]
    var messages: [HDF5Message] = []
    var isFirst = true
    while let block = blocks.popLast() {
      var cursor = try HDF5Cursor(
        self, place, Self.structure, at: block.offset, count: block.count)
      if !isFirst {
        try cursor.expect("OCHK")
        // The checksum is counted in the size of every block but the first.
        guard cursor.count >= 4 else { throw cursor.damaged("ends too early") }
        cursor = try cursor.part(cursor.count - 4, Self.structure)
      }
      try checkSum(
        from: isFirst ? address : block.offset, to: cursor.end, place, Self.structure)
      isFirst = false
      while cursor.count >= (flags & 4 == 0 ? 4 : 6) {
        let type = try cursor.number(1)
        let count = try cursor.number(2)
        let marks = try cursor.byte()
        if flags & 4 != 0 { try cursor.skip(2) }  // The order of creation.
        try add(type, marks, try cursor.part(count, "a message"), &messages, &blocks)
      }
    }
    return messages
  }

  private func add(
    _ type: Int, _ flags: UInt8, _ content: HDF5Cursor, _ messages: inout [HDF5Message],
    _ blocks: inout [(offset: Int, count: Int)]
  ) throws {
    guard let kind = HDF5Message.Kind(rawValue: type) else { return }
    if kind == .continuation {
      var content = content
      blocks.append((try content.requiredAddress(), try content.length()))
      return
    }
    messages.append(
      HDF5Message(
        kind: kind, offset: content.offset, count: content.count, isShared: flags & 2 != 0))
  }
}

extension HDF5Node {
  /// The content of a message of this object.
  func content(of message: HDF5Message, _ structure: String) throws -> HDF5Cursor {
    let cursor = try HDF5Cursor(file, place, structure, at: message.offset, count: message.count)
    guard !message.isShared else {
      throw cursor.error(
        .unsupported("\(structure) in common with other objects", isRewritten: false))
    }
    return cursor
  }
}
