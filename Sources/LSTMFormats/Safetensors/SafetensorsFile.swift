// Safetensors files: tensors in place in the mapped file, and the same bytes that the format's own
// package writes. What the tensors mean is left to the readers of models.

import LSTMCore

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
    let entries = archive.entries
    let (header, order) = try Self.header(
      entries.map { ($0.name, SafetensorsType($0.tensor.type), $0.tensor.shape) },
      archive.metadata, file: output.name)
    try output.write(header)
    for index in order {
      try entries[index].tensor.withUnsafeBytes { try output.write($0) }
    }
  }

  /// What stands before the tensors of a file, its length first, and the order of the tensors after it.
  static func header(
    _ tensors: [(name: String, type: SafetensorsType, shape: [Int])], _ metadata: [String: String],
    file: String
  ) throws -> (bytes: [UInt8], order: [Int]) {
    let order = tensors.indices.sorted { left, right in
      let (left, right) = (tensors[left], tensors[right])
      return left.type == right.type
        ? left.name.utf8.lexicographicallyPrecedes(right.name.utf8) : left.type > right.type
    }
    var names: Set<String> = []
    var parts: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { "\(quoted($0.key)):\(quoted($0.value))" }
      parts.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var place = 0
    for index in order {
      let (name, type, dimensions) = tensors[index]
      guard name != "__metadata__" else { throw SafetensorsError.reservedName(file: file) }
      guard names.insert(name).inserted else {
        throw SafetensorsError.writtenTwice(file: file, name: name)
      }
      let end = place + dimensions.reduce(type.bitCount / 8, *)
      let shape = dimensions.map(String.init).joined(separator: ",")
      parts.append(
        "\(quoted(name)):{\"dtype\":\"\(type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(place),\(end)]}")
      place = end
    }
    var text = Array("{\(parts.joined(separator: ","))}".utf8)
    text += [UInt8](repeating: 0x20, count: (8 - text.count % 8) % 8)
    guard text.count <= SafetensorsHeader.longest else {
      throw SafetensorsError.headerTooLong(file: file, length: UInt64(text.count))
    }
    let length = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) }
    return (length + text, order)
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
