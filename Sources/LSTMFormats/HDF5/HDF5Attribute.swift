// Text beside groups and datasets: one string or a list of them, of fixed or variable length.

extension HDF5Node {
  /// The text of an attribute, or nil where there is none of that name.
  ///
  /// - Throws: ``HDF5Error``, also where the attribute is a list.
  func text(_ name: String) throws -> String? {
    guard let (texts, offset) = try texts(name) else { return nil }
    guard texts.count == 1, let text = texts.first else {
      throw error(.notText(attribute: name), at: offset)
    }
    return text
  }

  /// The list of texts of an attribute that Keras splits where it is over 64 KiB: `name`, or
  /// else `name0`, `name1` and so on; nil where there is neither.
  ///
  /// - Throws: ``HDF5Error``.
  func splitTexts(_ name: String) throws -> [String]? {
    if let whole = try texts(name) { return whole.texts }
    var parts: [String]?
    var index = 0
    while let part = try texts("\(name)\(index)") {
      parts = (parts ?? []) + part.texts
      index += 1
    }
    return parts
  }

  private func texts(_ name: String) throws -> (texts: [String], offset: Int)? {
    for message in header.messages {
      switch message.kind {
      case .attributeInfo: try refuseIndex(message)
      case .attribute:
        var cursor = try content(of: message, "an attribute")
        if let texts = try texts(name, &cursor) { return (texts, message.offset) }
      default: break
      }
    }
    return nil
  }

  private func refuseIndex(_ message: HDF5Message) throws {
    var cursor = try content(of: message, "its list of attributes")
    _ = try cursor.version(0...0)
    if try cursor.byte() & 1 != 0 { try cursor.skip(2) }  // The order of creation.
    let start = cursor
    if try cursor.address() != nil {
      throw start.error(.unsupported("an index of attributes (a fractal heap)", isRewritten: true))
    }
  }

  /// The texts of an attribute, or nil where it is of another name.
  private func texts(_ name: String, _ cursor: inout HDF5Cursor) throws -> [String]? {
    let version = try cursor.version(1...3)
    let flags = try cursor.byte()
    let nameSize = try cursor.number(2)
    let typeSize = try cursor.number(2)
    let spaceSize = try cursor.number(2)
    if version == 3 { try cursor.skip(1) }  // ASCII or UTF-8.
    // In the first version each part is filled up to 8 bytes.
    func filled(_ size: Int) -> Int { version == 1 ? (size + 7) & ~7 : size }
    guard try cursor.text(filled(nameSize)) == name else { return nil }
    guard version == 1 || flags & 3 == 0 else {
      throw cursor.error(.unsupported("a type in common with other objects", isRewritten: false))
    }
    var type = try cursor.part(filled(typeSize), "the attribute '\(shown(name))'")
    var space = try cursor.part(filled(spaceSize), type.structure)
    let start = type
    let datatype = try HDF5Datatype(&type)
    let shape = try HDF5Dataspace.shape(&space) ?? [0]
    var values = try cursor.part(cursor.count, type.structure)
    // An empty list is one of numbers, as NumPy makes it.
    if shape.contains(0) { return [] }
    let size: Int
    switch datatype {
    case .text(let textSize, _): size = textSize
    case .reference(let referenceSize): size = referenceSize
    default: throw start.error(.notText(attribute: name))
    }
    let count = shape.reduce(UInt64(1)) { count, next in
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: next)
      return isTooLarge ? .max : product
    }
    guard size > 0, count <= UInt64(values.count / size) else {
      throw values.damaged("ends too early")
    }
    return try (0..<Int(count)).map { _ in
      var value = try values.part(size, values.structure)
      if case .text(_, let isSpacePadded) = datatype {
        var text = try value.text(size)
        if isSpacePadded { while text.utf8.last == 0x20 { text.removeLast() } }
        return text
      }
      return try file.text(&value)
    }
  }
}
