// Writing a state_dict as torch.save does: an OrderedDict of tensors, pickled by protocol 2, and a
// member of a zip archive for the numbers of each, stored at a multiple of 64 bytes
// (torch/serialization.py, _save). torch.load(weights_only=True) reads it.

extension PyTorchFile {
  /// Writes the file, which PyTorch loads as a state_dict.
  ///
  /// The metadata of the archive is left out, since a state_dict has no place for it. Two names of
  /// the same bytes share them in the file. The same archive always gives the same bytes.
  ///
  /// - Throws: ``PyTorchError/duplicateName(file:name:)``, or
  ///   ``LSTMFormatsError/unwritableFile(_:reason:)``.
  public func write(to path: String) throws {
    try ByteOutput.file(path) { try write(to: $0) }
  }

  /// The bytes of the file; see ``write(to:)-(String)``.
  ///
  /// - Throws: ``PyTorchError/duplicateName(file:name:)``.
  public func bytes() throws -> [UInt8] {
    try ByteOutput.bytes { try write(to: $0) }
  }

  /// Writes to an output.
  func write(to output: ByteOutput) throws {
    var pickler = StateDictPickler()
    var names: Set<String> = []
    for entry in archive.entries {
      guard names.insert(entry.name).inserted else {
        throw PyTorchError.duplicateName(file: output.name, name: entry.name)
      }
      pickler.add(entry.name, entry.tensor)
    }
    var zip = ZipWriter(output)
    func add(_ name: String, _ bytes: [UInt8]) throws {
      try bytes.withUnsafeBytes { try zip.add("archive/\(name)", $0) }
    }
    let pickle = pickler.finish()
    try add("data.pkl", pickle)
    try add(".format_version", Array("1".utf8))
    try add(".storage_alignment", Array("64".utf8))
    try add("byteorder", Array("little".utf8))
    for (key, tensor) in pickler.storages.enumerated() {
      try tensor.withUnsafeBytes { try zip.add("archive/data/\(key)", $0) }
    }
    try add("version", Array("3\n".utf8))
    try add(".data/serialization_id", Array(Self.identifier(of: pickle).utf8))
    try zip.finish()
  }

  /// 40 digits that differ between files, for PyTorch's own statistics: FNV-1a of the pickle.
  private static func identifier(of bytes: [UInt8]) -> String {
    func digits(_ start: UInt64) -> String {
      let hash = bytes.reduce(start) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
      let text = String(hash)
      return String(repeating: "0", count: 20 - text.count) + text
    }
    return digits(0xCBF2_9CE4_8422_2325) + digits(0x8422_2325_CBF2_9CE4)
  }
}

/// Writes the pickle of a state_dict.
private struct StateDictPickler {
  /// Where in memory numbers are: what two names share.
  private struct Place: Hashable {
    var storage: ObjectIdentifier
    var offset: Int
    var count: Int
    var type: NumberType
  }

  /// A tensor for every storage; its key is its index.
  private(set) var storages: [Tensor] = []
  private var keys: [Place: Int] = [:]
  private var pickle: [UInt8] = [0x80, 2]

  init() {
    dictionary()
    mark()
  }

  mutating func add(_ name: String, _ tensor: Tensor) {
    let place = Place(
      storage: ObjectIdentifier(tensor.storage), offset: tensor.offset, count: tensor.count,
      type: tensor.type)
    let key = keys[place] ?? storages.count
    if key == storages.count {
      keys[place] = key
      storages.append(tensor)
    }
    let storageName = PickleGlobal.storageName(tensor.type)
    text(name)
    global("torch._utils", storageName == nil ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2")
    mark()
    mark()
    text("storage")
    if let storageName {
      global("torch", storageName)
    } else {
      global("torch.storage", "UntypedStorage")
    }
    text("\(key)")
    text("cpu")
    integer(storageName == nil ? tensor.count * tensor.type.byteCount : tensor.count)
    op("t")
    op("Q")
    integer(0)  // the offset
    tuple(tensor.shape)
    var strides = [Int](repeating: 1, count: tensor.shape.count)
    for index in strides.indices.dropLast().reversed() {
      strides[index] = strides[index + 1] * max(1, tensor.shape[index + 1])
    }
    tuple(strides)
    pickle.append(0x89)  // needs no gradient
    dictionary()  // no hooks
    if storageName == nil { global("torch", tensor.type.rawValue) }
    op("t")
    op("R")
  }

  mutating func finish() -> [UInt8] {
    op("u")
    op(".")
    return pickle
  }

  // MARK: - Instructions

  private mutating func op(_ letter: Unicode.Scalar) { pickle.append(UInt8(ascii: letter)) }

  private mutating func mark() { op("(") }

  private mutating func dictionary() {
    global("collections", "OrderedDict")
    op(")")
    op("R")
  }

  private mutating func global(_ module: String, _ name: String) {
    op("c")
    pickle += Array("\(module)\n\(name)\n".utf8)
  }

  private mutating func text(_ text: String) {
    op("X")
    number(UInt32(text.utf8.count))
    pickle += Array(text.utf8)
  }

  private mutating func integer(_ value: Int) {
    if let small = UInt8(exactly: value) {
      op("K")
      pickle.append(small)
    } else if let middle = Int32(exactly: value) {
      op("J")
      number(middle)
    } else {
      pickle += [0x8A, 8]  // LONG1 of 8 bytes
      number(Int64(value))
    }
  }

  private mutating func tuple(_ values: [Int]) {
    mark()
    for value in values { integer(value) }
    op("t")
  }

  private mutating func number<Number: FixedWidthInteger>(_ value: Number) {
    withUnsafeBytes(of: value.littleEndian) { pickle += $0 }
  }
}
