// Safetensors files: tensors in place in the mapped file, and the same bytes that the format's own
// package writes. What the tensors mean is left to the readers of models.

/// A safetensors file: opening it reads its header only, however large it is.
public struct SafetensorsFile: Sendable {
  /// A tensor whose numbers are of a type that is not read here.
  public struct Unsupported: Sendable, Equatable {
    /// Its name in the file.
    public let name: String
    /// Its type.
    public let type: SafetensorsType
    /// The size of each dimension.
    public let shape: [Int]
  }

  /// The tensors in the order of their bytes, each a view of the file, and the metadata.
  public let archive: TensorArchive
  /// The tensors whose type is not read here.
  public let unsupported: [Unsupported]
  private let file: String
  private let places: [String: Int]

  /// Opens a file, which is mapped, not copied.
  ///
  /// - Throws: ``SafetensorsError``, or ``LSTMFormatsError`` where the file cannot be opened.
  public init(contentsOf path: String) throws {
    try self.init(storage: ByteStorage(mapping: path), file: path)
  }

  /// Opens a file whose bytes are at hand.
  ///
  /// - Parameters:
  ///   - storage: the whole file.
  ///   - file: its name, for errors.
  /// - Throws: ``SafetensorsError``.
  public init(storage: ByteStorage, file: String) throws {
    let header = try storage.withUnsafeBytes { try SafetensorsHeader($0, file: file) }
    var tensors: [(String, Tensor)] = []
    var unsupported: [Unsupported] = []
    for entry in header.entries {
      if let type = entry.type.numberType {
        let tensor = Tensor(
          type: type, shape: entry.shape, storage: storage, offset: entry.range.lowerBound)
        tensors.append((entry.name, tensor))
      } else {
        unsupported.append(Unsupported(name: entry.name, type: entry.type, shape: entry.shape))
      }
    }
    self.init(
      TensorArchive(tensors, metadata: header.metadata), unsupported: unsupported, file: file)
  }

  /// Takes tensors for a file that is to be written.
  public init(_ archive: TensorArchive) {
    self.init(archive, unsupported: [], file: "tensors in memory")
  }

  private init(_ archive: TensorArchive, unsupported: [Unsupported], file: String) {
    (self.archive, self.unsupported, self.file) = (archive, unsupported, file)
    places = Dictionary(archive.entries.enumerated().map { ($1.name, $0) }) { first, _ in first }
  }

  /// Whether bytes begin as safetensors files do: with the length of a header and its brace.
  public static func matches(_ storage: ByteStorage) -> Bool {
    storage.withUnsafeBytes { bytes in
      guard let length = bytes.littleEndian(UInt64.self, at: 0), bytes.count > 8 else {
        return false
      }
      return length >= 2 && length <= SafetensorsHeader.longest && bytes[8] == UInt8(ascii: "{")
    }
  }

  /// The tensor of a name, in place.
  ///
  /// - Throws: ``SafetensorsError/unsupportedType(file:tensor:type:)`` or
  ///   ``SafetensorsError/missingTensor(file:name:nearest:)``.
  public func tensor(_ name: String) throws -> Tensor {
    if let place = places[name] { return archive.entries[place].tensor }
    if let found = unsupported.first(where: { $0.name == name }) {
      throw SafetensorsError.unsupportedType(file: file, tensor: name, type: found.type)
    }
    let names = archive.entries.prefix(1000).map(\.name)
    throw SafetensorsError.missingTensor(
      file: file, name: name, nearest: nearestName(to: name, among: names))
  }

  // MARK: - Writing

  /// Writes the file. The same tensors always give the same bytes, those that the
  /// format's own package writes: the metadata first, then the tensors by type, the widest first,
  /// and by name; so every number is aligned.
  ///
  /// - Throws: ``SafetensorsError/reservedName(file:)``,
  ///   ``SafetensorsError/writtenTwice(file:name:)``, or
  ///   ``LSTMFormatsError/unwritableFile(_:reason:)``.
  public func write(to path: String) throws {
    try ByteOutput.file(path) { try write(to: $0) }
  }

  /// The bytes of the file; see ``write(to:)-(String)``.
  ///
  /// - Throws: ``SafetensorsError/reservedName(file:)`` or
  ///   ``SafetensorsError/writtenTwice(file:name:)``.
  public func bytes() throws -> [UInt8] {
    try ByteOutput.bytes { try write(to: $0) }
  }

  /// Writes to an output.
  func write(to output: ByteOutput) throws {
    let entries = archive.entries.map { (type: SafetensorsType($0.tensor.type), entry: $0) }
      .sorted { left, right in
        left.type == right.type
          ? left.entry.name.utf8.lexicographicallyPrecedes(right.entry.name.utf8)
          : left.type > right.type
      }
    var names: Set<String> = []
    var parts: [String] = []
    if !archive.metadata.isEmpty {
      let pairs = archive.metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
      parts.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var place = 0
    for (type, entry) in entries {
      guard entry.name != "__metadata__" else {
        throw SafetensorsError.reservedName(file: output.name)
      }
      guard names.insert(entry.name).inserted else {
        throw SafetensorsError.writtenTwice(file: output.name, name: entry.name)
      }
      let end = place + entry.tensor.count * entry.tensor.type.byteCount
      let shape = entry.tensor.shape.map(String.init).joined(separator: ",")
      parts.append(
        "\(Self.quoted(entry.name)):{\"dtype\":\"\(type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(place),\(end)]}")
      place = end
    }
    var header = Array("{\(parts.joined(separator: ","))}".utf8)
    header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
    guard header.count <= SafetensorsHeader.longest else {
      throw SafetensorsError.headerTooLong(file: output.name, length: UInt64(header.count))
    }
    try output.write(littleEndian: UInt64(header.count))
    try output.write(header)
    for (_, entry) in entries {
      try entry.tensor.withUnsafeBytes { try output.write($0) }
    }
  }

  /// A text as JSON, escaping only what has to be.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{8}": result += "\\b"
      case "\u{C}": result += "\\f"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
