// Pickles by hand, for what no honest program writes.

/// A pickle of protocol 2, instruction after instruction.
struct PickleBytes {
  var bytes: [UInt8] = [0x80, 2]
  /// Whether it mentions a storage.
  private(set) var hasStorage = false

  /// Instructions by their letters, which are their bytes.
  func op(_ letters: String) -> Self { raw(Array(letters.utf8)) }

  func raw(_ more: [UInt8]) -> Self {
    var copy = self
    copy.bytes += more
    return copy
  }

  func text(_ text: String) -> Self {
    op("X").raw(Self.little(UInt32(text.utf8.count))).op(text)
  }

  func integer(_ value: Int64) -> Self { raw([0x8A, 8]).raw(Self.little(value)) }

  func integers(_ values: [Int64]) -> Self {
    values.reduce(op("(")) { $0.integer($1) }.op("t")
  }

  func global(_ module: String, _ name: String) -> Self { op("c\(module)\n\(name)\n") }

  /// A reference to a storage of Floats.
  func storage(_ key: String = "0", count: Int64 = 6, view: (Int64, Int64)? = nil) -> Self {
    var copy = op("(").text("storage").global("torch", "FloatStorage").text(key).text("cpu")
      .integer(count)
    if let view { copy = copy.op("(").text("9").integer(view.0).integer(view.1).op("t") }
    copy.hasStorage = true
    return copy.op("tQ")
  }

  /// A tensor of Floats.
  func tensor(
    offset: Int64 = 0, shape: [Int64], strides: [Int64], key: String = "0", count: Int64 = 6,
    view: (Int64, Int64)? = nil
  ) -> Self {
    global("torch._utils", "_rebuild_tensor_v2").op("(")
      .storage(key, count: count, view: view).integer(offset).integers(shape).integers(strides)
      .raw([0x89]).op("NtR")
  }

  /// `{"w": …}`.
  static func dictionary(_ value: (Self) -> Self) -> Self {
    value(PickleBytes().op("}").text("w")).op("s.")
  }

  /// A file in the older form: this pickle and, if it mentions one, a storage of Floats 0, 1, 2, ….
  func file(key: String = "0", numbers: Int = 6, declared: Int64? = nil) -> [UInt8] {
    var file: [UInt8] = [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8]
    file += [0x50, 0x19, 0x2E]
    file += PickleBytes().integer(1001).op(".").bytes
    file += PickleBytes().op("}.").bytes
    file += bytes
    guard hasStorage else { return file + PickleBytes().op("].").bytes }
    file += PickleBytes().op("](").text(key).op("e.").bytes
    file += Self.little(declared ?? Int64(numbers))
    for number in 0..<numbers { file += Self.little(Float(number).bitPattern) }
    return file
  }

  static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}
