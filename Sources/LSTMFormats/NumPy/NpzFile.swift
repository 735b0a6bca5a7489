// Archives of NumPy, .npz: a zip file with one .npy member per array. Stored members are read in
// place, so that a large archive opens at once.

/// An .npz file that is read: its arrays by name, read when they are asked for.
public struct NpzFile: Sendable {
  /// The names of the arrays, without `.npy`, in the order of the file.
  public let names: [String]
  /// The text about the whole file that stands at its end; empty where there is none.
  public var comment: String { zip.comment }
  private let zip: ZipArchive
  private let members: [String: ZipArchive.Member]

  /// Opens a file, which is mapped, not copied.
  ///
  /// - Throws: ``ZipError``, ``NumpyError/duplicateArray(file:name:)``, or ``LSTMFormatsError``
  ///   where the file cannot be opened.
  public init(path: String) throws {
    try self.init(ByteStorage(mapping: path), file: path)
  }

  /// Opens an archive.
  ///
  /// - Parameters:
  ///   - storage: the whole file.
  ///   - file: its name, for errors.
  /// - Throws: ``ZipError`` or ``NumpyError/duplicateArray(file:name:)``.
  public init(_ storage: ByteStorage, file: String) throws {
    zip = try ZipArchive(storage, file: file)
    var names: [String] = []
    var members: [String: ZipArchive.Member] = [:]
    for member in zip.members where !(member.name.hasSuffix("/") && member.size == 0) {
      let name = member.name.hasSuffix(".npy") ? String(member.name.dropLast(4)) : member.name
      guard members.updateValue(member, forKey: name) == nil else {
        throw NumpyError.duplicateArray(file: file, name: name)
      }
      names.append(name)
    }
    (self.names, self.members) = (names, members)
  }

  /// The array of a name, which may have `.npy` behind it.
  ///
  /// - Throws: ``NumpyError`` or ``ZipError``.
  public func tensor(_ name: String) throws -> Tensor {
    let bare = name.hasSuffix(".npy") ? String(name.dropLast(4)) : name
    guard let member = members[name] ?? members[bare] else {
      throw NumpyError.missingArray(
        file: zip.file, name: name, nearest: nearestName(to: name, among: Array(names.prefix(1000)))
      )
    }
    let (storage, range) = try zip.data(of: member)
    return try NumpyFile.parse(storage, range: range, file: "\(zip.file):\(shown(member.name))")
  }

  /// Every array.
  ///
  /// - Throws: ``NumpyError`` or ``ZipError``.
  public func archive() throws -> TensorArchive {
    TensorArchive(try names.map { ($0, try tensor($0)) })
  }

  /// Reads every array of a file.
  ///
  /// - Throws: ``NumpyError`` or ``ZipError``, or ``LSTMFormatsError`` where the file cannot be
  ///   opened.
  public static func read(_ path: String) throws -> TensorArchive {
    try NpzFile(path: path).archive()
  }

  /// Writes arrays as `numpy.savez` does: stored, one `NAME.npy` each, the numbers at a multiple
  /// of 64 bytes. The same arrays always give the same bytes.
  ///
  /// NumPy has no place for an archive's metadata, which is left out, and no bfloat16, which is
  /// written as float32.
  ///
  /// - Throws: ``ZipError`` where a name cannot be one, or
  ///   ``LSTMFormatsError/unwritableFile(_:reason:)``.
  public static func write(_ archive: TensorArchive, to path: String) throws {
    try ByteOutput.file(path) { try write(archive, to: $0) }
  }

  /// The bytes of an .npz file; see ``write(_:to:)-(_,String)``.
  ///
  /// - Throws: ``ZipError`` where a name cannot be one.
  public static func bytes(of archive: TensorArchive) throws -> [UInt8] {
    try ByteOutput.bytes { try write(archive, to: $0) }
  }

  private static func write(_ archive: TensorArchive, to output: ByteOutput) throws {
    var zip = ZipWriter(output)
    for entry in archive.entries {
      let tensor = entry.tensor.forNumpy
      let header = NumpyHeader(type: tensor.type, shape: tensor.shape).bytes(version: .one)
      try header.withUnsafeBytes { header in
        try tensor.withUnsafeBytes { try zip.add("\(entry.name).npy", header, $0) }
      }
    }
    try zip.finish()
  }
}
