// Archives of NumPy, .npz: a zip file with one .npy member per array. Stored members are read in
// place, so that a large archive opens at once.

import LSTMCore

/// An .npz file: its arrays by name, read when they are asked for, or at hand to be written.
public struct NpzFile: Sendable {
  private enum Source: Sendable {
    case file(ZipArchive, [String: ZipArchive.Member])
    case memory([String: Tensor])
  }

  /// The names of the arrays, without `.npy`, in the order of the file.
  public let names: [String]
  /// The text about the whole file that stands at its end; empty where there is none.
  public var comment: String { if case .file(let zip, _) = source { zip.comment } else { "" } }
  private let file: String
  private let source: Source

  /// Opens a file, which is mapped, not copied.
  ///
  /// - Throws: ``ZipError``, ``NumpyError/duplicateArray(file:name:)``, or ``LSTMFormatsError``
  ///   where the file cannot be opened.
  public init(contentsOf path: String) throws {
    try self.init(storage: ByteStorage(mapping: path), file: path)
  }

  /// Opens a file whose bytes are at hand.
  ///
  /// - Parameters:
  ///   - storage: the whole file.
  ///   - file: its name, for errors.
  /// - Throws: ``ZipError`` or ``NumpyError/duplicateArray(file:name:)``.
  public init(storage: ByteStorage, file: String) throws {
    let zip = try ZipArchive(storage, file: file)
    var names: [String] = []
    var members: [String: ZipArchive.Member] = [:]
    for member in zip.members where !(member.name.hasSuffix("/") && member.size == 0) {
      let name = member.name.hasSuffix(".npy") ? String(member.name.dropLast(4)) : member.name
      guard members.updateValue(member, forKey: name) == nil else {
        throw NumpyError.duplicateArray(file: file, name: name)
      }
      names.append(name)
    }
    (self.names, self.file, source) = (names, file, .file(zip, members))
  }

  /// Takes arrays for a file that is to be written.
  public init(_ archive: TensorArchive) {
    names = archive.entries.map(\.name)
    file = "arrays in memory"
    source = .memory(
      Dictionary(
        archive.entries.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first }))
  }

  /// The array of a name, which may have `.npy` behind it.
  ///
  /// - Throws: ``NumpyError`` or ``ZipError``.
  public func tensor(_ name: String) throws -> Tensor {
    let bare = name.hasSuffix(".npy") ? String(name.dropLast(4)) : name
    switch source {
    case .memory(let tensors):
      if let tensor = tensors[name] ?? tensors[bare] { return tensor }
    case .file(let zip, let members):
      guard let member = members[name] ?? members[bare] else { break }
      let (storage, range) = try zip.data(of: member)
      return try NumpyFile.tensor(storage, range: range, file: "\(file):\(shown(member.name))")
    }
    throw NumpyError.missingArray(
      file: file, name: name, nearest: nearestName(to: name, among: Array(names.prefix(1000))))
  }

  /// Every array.
  ///
  /// - Throws: ``NumpyError`` or ``ZipError``.
  public func archive() throws -> TensorArchive {
    TensorArchive(try names.map { ($0, try tensor($0)) })
  }

  /// Writes arrays as `numpy.savez` does: stored, one `NAME.npy` each, the numbers at a multiple
  /// of 64 bytes. The same arrays always give the same bytes.
  ///
  /// NumPy has no place for an archive's metadata, which is left out, and no bfloat16, which is
  /// written as float32.
  ///
  /// - Throws: ``ZipError`` where a name cannot be one, ``NumpyError`` where the arrays come out of
  ///   a damaged file, or ``LSTMFormatsError/unwritableFile(_:reason:)``.
  public func write(to path: String) throws {
    try ByteOutput.file(path) { try write(to: $0) }
  }

  /// The bytes of an .npz file; see ``write(to:)-(String)``.
  ///
  /// - Throws: as there, but for what a file system refuses.
  public func bytes() throws -> [UInt8] {
    try ByteOutput.bytes { try write(to: $0) }
  }

  /// Writes to an output.
  func write(to output: ByteOutput) throws {
    var zip = ZipWriter(output)
    for name in names {
      let tensor = try tensor(name).forNumpy
      let header = NumpyHeader(type: tensor.type, shape: tensor.shape).bytes(version: .one)
      try header.withUnsafeBytes { header in
        try tensor.withUnsafeBytes { try zip.add("\(name).npy", header, $0) }
      }
    }
    try zip.finish()
  }
}
