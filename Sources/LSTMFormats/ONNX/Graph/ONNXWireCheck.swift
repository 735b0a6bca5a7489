// A walk over the bytes of an ONNX file before protobuf decodes them. It bounds what decoding can
// cost: every length lies within the file, messages nest as the schema says, and there are not so
// many that their objects would take many times the file's size. It leaves the fields' meaning to
// the decoder.

/// The check of a protobuf file against the outline of ONNX's schema.
struct ONNXWireCheck {
  /// The most messages (nodes, attributes, tensors, dimensions, …) that are decoded: each costs up
  /// to some 200 bytes, so that they stay below 20 MB whatever the file claims.
  static let messageLimit = 100_000

  /// The messages that are decoded, each with its fields that are messages themselves.
  private enum Kind {
    case model, graph, node, attribute, tensor, valueInfo, type, tensorType, shape, leaf

    /// What a field of this message holds, if it is a message.
    func field(_ number: UInt64) -> Kind? {
      switch (self, number) {
      case (.model, 7): .graph
      case (.model, 8), (.model, 14), (.model, 25): .leaf
      case (.graph, 1): .node
      case (.graph, 5): .tensor
      case (.graph, 11), (.graph, 12): .valueInfo
      case (.graph, 15): .leaf
      case (.node, 5): .attribute
      case (.attribute, 5): .tensor
      case (.tensor, 3), (.tensor, 13): .leaf
      case (.valueInfo, 2): .type
      case (.type, 1): .tensorType
      case (.tensorType, 2): .shape
      case (.shape, 1): .leaf
      default: nil
      }
    }
  }

  private let bytes: UnsafeRawBufferPointer
  private let file: String
  private var position = 0
  private var messages = 0

  /// Checks the bytes of a file.
  ///
  /// - Throws: ``ONNXError/notONNX(file:byte:reason:)`` or
  ///   ``ONNXError/tooLarge(file:what:limit:)``.
  static func check(_ bytes: UnsafeRawBufferPointer, file: String) throws {
    var check = ONNXWireCheck(bytes: bytes, file: file)
    try check.message(.model, end: bytes.count)
  }

  /// Checks the bytes of a graph within an attribute.
  ///
  /// - Throws: as ``check(_:file:)``.
  static func check(graph bytes: UnsafeRawBufferPointer, file: String) throws {
    var check = ONNXWireCheck(bytes: bytes, file: file)
    try check.message(.graph, end: bytes.count)
  }

  private init(bytes: UnsafeRawBufferPointer, file: String) {
    (self.bytes, self.file) = (bytes, file)
  }

  /// Walks one message. The recursion is as deep as the schema: eight messages.
  private mutating func message(_ kind: Kind, end: Int) throws {
    messages += 1
    guard messages <= Self.messageLimit else {
      throw ONNXError.tooLarge(
        file: file, what: "nodes, attributes, tensors and the like", limit: Self.messageLimit)
    }
    while position < end {
      let start = position
      let key = try varint(end: end)
      let field = key >> 3
      guard field > 0, field < 1 << 29 else {
        throw failure(start, "a field has the number \(field), which protobuf does not allow")
      }
      switch key & 7 {
      case 0: _ = try varint(end: end)
      case 1: try skip(8, start: start, end: end)
      case 2:
        let count = try varint(end: end)
        guard count <= UInt64(end - position) else {
          throw failure(
            start, "a field of \(count) bytes begins, but only \(end - position) are left")
        }
        let fieldEnd = position + Int(count)
        if let inner = kind.field(field) {
          try message(inner, end: fieldEnd)
        } else {
          position = fieldEnd
        }
      case 5: try skip(4, start: start, end: end)
      default: throw failure(start, "a field is of the unknown kind \(key & 7)")
      }
    }
  }

  private mutating func skip(_ count: Int, start: Int, end: Int) throws {
    guard count <= end - position else {
      throw failure(
        start, "a field of \(count) bytes begins, but only \(end - position) are left")
    }
    position += count
  }

  /// A number in protobuf's variable length: seven bits a byte, the lowest first.
  private mutating func varint(end: Int) throws -> UInt64 {
    let start = position
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < end else { throw failure(start, "a number begins, but the bytes end") }
      let byte = UInt64(bytes[position])
      position += 1
      guard shift < 63 || byte <= 1 else { break }
      value |= (byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw failure(start, "a number is longer than 64 bits")
  }

  private func failure(_ byte: Int, _ reason: String) -> ONNXError {
    .notONNX(file: file, byte: byte, reason: reason)
  }
}
