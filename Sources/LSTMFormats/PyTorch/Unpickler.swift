// Python's pickle, protocols 2 to 5, as far as tensors need it (pickle.py and torch's own weights-only
// reader say what each instruction means). Nothing is executed: an instruction either makes a
// plain value or ends in an error. What calls would make is in Unpickler+Calls.swift.

/// Reads one pickle.
struct Unpickler {
  /// Bytes of a pickle, which holds names and shapes but no numbers of tensors.
  static let largestPickle = 1 << 26
  /// Values in a pickle.
  static let mostValues = 1 << 22
  /// Values that wait on the stack.
  static let deepestStack = 1 << 20

  let file: String
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  /// Where the instruction began that is being followed.
  private(set) var instruction = 0
  var document: PickleDocument
  private var stack: [PickleIndex] = []
  private var marks: [Int] = []
  private var copies = 0
  private var memo: [UInt32: PickleIndex] = [:]

  /// Reads the pickle that begins at a byte; what comes after it is left alone.
  ///
  /// - Throws: ``PyTorchError``.
  static func read(
    _ storage: ByteStorage, in range: Range<Int>, file: String
  ) throws -> PickleDocument {
    try storage.withUnsafeBytes { bytes in
      var unpickler = Unpickler(
        file: file, bytes: UnsafeRawBufferPointer(rebasing: bytes[range]),
        document: PickleDocument(storage: storage, start: range.lowerBound))
      try unpickler.run()
      return unpickler.document
    }
  }

  private init(file: String, bytes: UnsafeRawBufferPointer, document: PickleDocument) {
    (self.file, self.bytes, self.document) = (file, bytes, document)
    self.document.values = [.none, .bool(false), .bool(true), .tuple(start: 0, count: 0)]
  }

  // MARK: - Instructions

  private mutating func run() throws {
    guard try byte() == 0x80 else {
      throw PyTorchError.notPyTorch(file: file, reason: "it does not begin with a pickle")
    }
    let version = try byte()
    guard (2...5).contains(version) else {
      throw PyTorchError.wrongProtocol(file: file, found: Int(version))
    }
    while true {
      guard position < Self.largestPickle else {
        throw PyTorchError.tooLarge(
          file: file, limit: "\(Self.largestPickle) bytes in its pickle")
      }
      instruction = position
      let code = try byte()
      if code == UInt8(ascii: ".") { break }
      try follow(code)
    }
    document.root = try pop()
    document.end = document.start + position
  }

  private mutating func follow(_ code: UInt8) throws {
    switch code {
    case 0x80:  // PROTO
      throw malformed("a second pickle begins")
    case UInt8(ascii: "N"): stack.append(0)
    case 0x89: stack.append(1)  // NEWFALSE
    case 0x88: stack.append(2)  // NEWTRUE
    case UInt8(ascii: ")"): stack.append(3)  // EMPTY_TUPLE
    case UInt8(ascii: "J"): try push(.integer(Int64(try number(as: Int32.self))))
    case UInt8(ascii: "K"): try push(.integer(Int64(try byte())))
    case UInt8(ascii: "M"): try push(.integer(Int64(try number(as: UInt16.self))))
    case 0x8A: try longInteger(count: Int(try byte()))
    case 0x8B: try longInteger(count: Int(try number(as: UInt32.self)))
    case UInt8(ascii: "G"):  // BINFLOAT, the one number with its highest byte first
      try push(.real(Double(bitPattern: try number(as: UInt64.self).byteSwapped)))
    case UInt8(ascii: "X"): try text(count: Int(try number(as: UInt32.self)))
    case UInt8(ascii: "U"), 0x8C: try text(count: Int(try byte()))
    case UInt8(ascii: "T"): try text(count: Int(try number(as: UInt32.self)))
    case 0x8D, 0x8E, 0x96: try text(count: Int(clamping: try number(as: UInt64.self)))
    case UInt8(ascii: "B"): try text(count: Int(try number(as: UInt32.self)))
    case UInt8(ascii: "C"): try text(count: Int(try byte()))
    case 0x94: memo[UInt32(memo.count)] = try top()  // MEMOIZE
    case 0x95: _ = try number(as: UInt64.self)  // FRAME
    case UInt8(ascii: "0"): _ = try pop()
    case UInt8(ascii: "1"): _ = try popToMark()
    case UInt8(ascii: "2"): stack.append(try top())
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: "t"): try tuple(try popToMark())
    case 0x85: try tuple([try pop()])
    case 0x86: try tuple(try popLast(2))
    case 0x87: try tuple(try popLast(3))
    case UInt8(ascii: "]"), 0x8F:  // a set, which is as good as a list here
      try push(.list(newContainer()))
    case UInt8(ascii: "}"): try push(.dictionary(newContainer()))
    case UInt8(ascii: "a"): try append([try pop()])
    case UInt8(ascii: "e"), 0x90: try append(try popToMark())
    case 0x91:  // FROZENSET
      let elements = try popToMark()
      try push(.list(newContainer()))
      try append(elements)
    case UInt8(ascii: "s"): try setItems(try popLast(2))
    case UInt8(ascii: "u"): try setItems(try popToMark())
    case UInt8(ascii: "q"): memo[UInt32(try byte())] = try top()
    case UInt8(ascii: "r"): memo[try number(as: UInt32.self)] = try top()
    case UInt8(ascii: "h"): try recall(UInt32(try byte()))
    case UInt8(ascii: "j"): try recall(try number(as: UInt32.self))
    case UInt8(ascii: "c"): try global()
    case 0x93: try stackGlobal()
    case UInt8(ascii: "R"):
      let arguments = try pop()
      let name = try pop()
      try call(name, arguments)
    case 0x81, 0x92:  // NEWOBJ, NEWOBJ_EX
      if code == 0x92 { _ = try pop() }
      let arguments = try pop()
      let name = try pop()
      switch document[name] {
      case .global(.parameter), .global(.orderedDictionary), .global(.inert), .unknown: break
      default: throw malformed("it makes an object of something that is not a class of tensors")
      }
      try call(name, arguments)
    case UInt8(ascii: "b"):  // BUILD: attributes, such as a state_dict's _metadata, are ignored
      let state = try pop()
      switch document[try top()] {
      case .dictionary, .tensor, .inert, .list: break
      case .object(let object): document.objects[Int(object)].contents.append(state)
      default: throw malformed("it gives attributes to something that has none")
      }
    case UInt8(ascii: "Q"): try persistent(try pop())
    default:
      throw PyTorchError.forbiddenInstruction(file: file, code: code, byte: instruction)
    }
    guard stack.count <= Self.deepestStack, marks.count <= Self.deepestStack else {
      throw PyTorchError.tooLarge(
        file: file, limit: "\(Self.deepestStack) values waiting in its pickle")
    }
  }

  private mutating func longInteger(count: Int) throws {
    let start = position
    let digits = try take(count)
    guard count <= 8 else {
      return try push(.longInteger(start: UInt32(start), count: UInt32(count)))
    }
    var value: UInt64 = 0
    for digit in digits.reversed() { value = value << 8 | UInt64(digit) }
    let unused = 64 - 8 * count
    try push(.integer(count == 0 ? 0 : Int64(bitPattern: value << unused) >> unused))
  }

  private mutating func text(count: Int) throws {
    let start = position
    _ = try take(count)
    try push(.text(start: UInt32(start), count: UInt32(count)))
  }

  private mutating func tuple(_ elements: some Collection<PickleIndex>) throws {
    guard !elements.isEmpty else { return stack.append(3) }
    let start = UInt32(document.items.count)
    document.items += elements
    try push(.tuple(start: start, count: UInt32(elements.count)))
  }

  private mutating func append(_ elements: [PickleIndex]) throws {
    if case .object(let object) = document[try top()] {
      document.objects[Int(object)].elements += elements
      return
    }
    guard case .list(let list) = document[try top()] else {
      throw malformed("it appends to something that is not a list")
    }
    document.containers[Int(list)] += elements
  }

  private mutating func setItems(_ pairs: [PickleIndex]) throws {
    if case .object(let object) = document[try top()], pairs.count.isMultiple(of: 2) {
      document.objects[Int(object)].items += pairs
      return
    }
    guard case .dictionary(let dictionary) = document[try top()] else {
      throw malformed("it sets items of something that is not a dictionary")
    }
    guard pairs.count.isMultiple(of: 2) else { throw malformed("a key has no value") }
    document.containers[Int(dictionary)] += pairs
  }

  private mutating func recall(_ index: UInt32) throws {
    guard let value = memo[index] else {
      throw malformed("it recalls value \(index), which was not kept")
    }
    stack.append(value)
  }

  private mutating func global() throws {
    let module = try line()
    try global(module: module, name: try line())
  }

  private mutating func stackGlobal() throws {
    let name = try pop()
    let module = try pop()
    guard let name = document.text(name), let module = document.text(module),
      name.utf8.count + module.utf8.count <= 1000
    else { throw malformed("it names something by what is no text") }
    try global(module: module, name: name)
  }

  // MARK: - The stack

  mutating func push(_ value: PickleValue) throws {
    guard document.values.count < Self.mostValues else {
      throw PyTorchError.tooLarge(file: file, limit: "\(Self.mostValues) values in its pickle")
    }
    stack.append(UInt32(document.values.count))
    document.values.append(value)
  }

  /// Pushes a value that is there already.
  mutating func push(known index: PickleIndex) { stack.append(index) }

  /// Counts values that are not moved from the stack but copied: a list can be recalled and copied
  /// again and again.
  mutating func copied(_ count: Int) throws {
    copies += count
    guard copies <= Self.mostValues else {
      throw PyTorchError.tooLarge(file: file, limit: "\(Self.mostValues) values in its pickle")
    }
  }

  mutating func newContainer() -> UInt32 {
    document.containers.append([])
    return UInt32(document.containers.count - 1)
  }

  private func top() throws -> PickleIndex {
    guard let last = stack.last, stack.count > marks.last ?? 0 else {
      throw malformed("it uses a value where there is none")
    }
    return last
  }

  private mutating func pop() throws -> PickleIndex {
    let last = try top()
    stack.removeLast()
    return last
  }

  private mutating func popLast(_ count: Int) throws -> [PickleIndex] {
    guard stack.count - (marks.last ?? 0) >= count else {
      throw malformed("it uses a value where there is none")
    }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws -> [PickleIndex] {
    guard let mark = marks.popLast() else { throw malformed("it ends a list that never began") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  // MARK: - Bytes

  private mutating func byte() throws -> UInt8 { try take(1)[0] }

  private mutating func number<Number: FixedWidthInteger>(as type: Number.Type) throws -> Number {
    Number(littleEndian: try take(MemoryLayout<Number>.size).loadUnaligned(as: type))
  }

  private mutating func take(_ count: Int) throws -> UnsafeRawBufferPointer {
    guard count <= bytes.count - position else {
      throw PyTorchError.truncated(file: file, place: "its pickle")
    }
    defer { position += count }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
  }

  /// A line of a name: no name that is allowed is longer than 100 bytes.
  private mutating func line() throws -> String {
    let start = position
    while try byte() != 0x0A {
      guard position - start <= 1000 else { throw malformed("a name has no end") }
    }
    return String(decoding: bytes[start..<position - 1], as: UTF8.self)
  }

  /// The pickle contradicts itself at this instruction.
  func malformed(_ reason: String) -> PyTorchError {
    .malformedPickle(file: file, byte: instruction, reason: reason)
  }
}
