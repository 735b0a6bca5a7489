// PyTorch's .pt, .pth and .bin files: a zip archive with a pickle and a member for each storage, as
// torch.save writes them since version 1.6 (torch/serialization.py), or the older form, which is
// read in PyTorchLegacy.swift. Nothing of a file is ever run: what the pickle says is read by
// Unpickler, which knows a short list of names. Which of the tensors are an LSTM is found elsewhere.

import LSTMCore

/// A file of PyTorch: its tensors. Writing is in PyTorchFile+Write.swift.
public struct PyTorchFile: Sendable {
  /// The tensors by name, and what stands beside them as metadata.
  public let archive: TensorArchive

  /// Takes tensors for a file that is to be written.
  public init(_ archive: TensorArchive) { self.archive = archive }

  /// Whether bytes look like a file of PyTorch, also of a kind that ``init(storage:file:)`` refuses with
  /// a better reason than "not known".
  static func looksLike(_ storage: ByteStorage) -> Bool {
    if PyTorchLegacy.isTar(storage) || isPickle(storage) { return true }
    guard ZipArchive.matches(storage), let zip = try? ZipArchive(storage, file: "") else {
      return false
    }
    let folder = folder(of: zip)
    return ["data.pkl", "constants.pkl"].contains { zip.member(named: folder + $0) != nil }
  }

  /// Opens a file, which is mapped, not copied; see ``init(storage:file:)``.
  ///
  /// - Throws: ``PyTorchError``, ``ZipError``, or ``LSTMFormatsError`` where the file cannot be
  ///   opened.
  public init(contentsOf path: String) throws {
    try self.init(storage: ByteStorage(mapping: path), file: path)
  }

  /// Opens a file whose bytes are at hand.
  ///
  /// Names of nested dictionaries and lists are joined by dots, `model.lstm.weight_ih_l0`; numbers,
  /// truth values and texts beside the tensors become the metadata under such names. A file of
  /// nothing but one tensor has it under the name `tensor`. Tensors in C order are views of
  /// `storage`, others are copied.
  ///
  /// - Parameters:
  ///   - storage: the whole file.
  ///   - file: its name, for errors.
  /// - Throws: ``PyTorchError``, or ``ZipError`` for a damaged archive.
  public init(storage: ByteStorage, file: String) throws {
    archive = try Self.read(storage, file: file)
  }

  private static func read(_ storage: ByteStorage, file: String) throws -> TensorArchive {
    if PyTorchLegacy.isTar(storage) { throw PyTorchError.oldTar(file: file) }
    if isPickle(storage) { return try PyTorchLegacy.read(storage, file: file) }
    guard ZipArchive.matches(storage) else {
      throw PyTorchError.notPyTorch(
        file: file, reason: "it is neither a zip archive nor begins with a pickle")
    }
    return try read(ZipArchive(storage, file: file), fileSize: storage.count, of: storage)
  }

  private static func read(
    _ zip: ZipArchive, fileSize: Int, of storage: ByteStorage
  ) throws -> TensorArchive {
    let (file, folder) = (zip.file, folder(of: zip))
    guard let member = zip.member(named: folder + "data.pkl") else {
      throw PyTorchError.notPyTorch(
        file: file, reason: "it is a zip archive without a member data.pkl")
    }
    func bytes(_ member: ZipArchive.Member) throws -> PyTorchTensors.Region {
      guard member.method == .stored else {
        throw PyTorchError.badMember(
          file: file, member: member.name, reason: "is compressed, as torch.save never does it")
      }
      // torch.serialization.set_crc32_options(False) leaves the checksum out.
      if member.checksum == 0 {
        return (storage, member.offset..<member.offset + member.size)
      }
      return try zip.data(of: member)
    }
    let pickle = try bytes(member)
    guard pickle.range.count <= Unpickler.largestPickle else {
      throw PyTorchError.tooLarge(
        file: file, limit: "\(Unpickler.largestPickle) bytes in its pickle")
    }
    let document = try Unpickler.read(pickle.storage, in: pickle.range, file: file)
    guard document.end == pickle.range.upperBound else {
      throw PyTorchError.badMember(
        file: file, member: member.name, reason: "has bytes after the pickle")
    }
    var tensors = PyTorchTensors(
      file: file, document: document, fileSize: fileSize,
      isBigEndian: try isBigEndian(zip, folder: folder, bytes: bytes)
    ) { key in
      guard !key.isEmpty, key.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      return try zip.member(named: "\(folder)data/\(key)").map(bytes)
    }
    var archive = try tensors.archive()
    if zip.members.contains(where: { $0.name.hasPrefix(folder + "code/") }) {
      archive.notes.insert(
        ReadingNote(
          .assumed,
          "it is a TorchScript archive: its tensors were read, its program was not run"),
        at: 0)
    }
    return archive
  }

  /// The byte order of the numbers; files before version 2.1 do not say it and are little-endian.
  private static func isBigEndian(
    _ zip: ZipArchive, folder: String, bytes: (ZipArchive.Member) throws -> PyTorchTensors.Region
  ) throws -> Bool {
    guard let member = zip.member(named: folder + "byteorder") else { return false }
    let found = try bytes(member)
    return try found.storage.withUnsafeBytes {
      switch String(decoding: $0[found.range].prefix(8), as: UTF8.self) {
      case "little": false
      case "big": true
      default:
        throw PyTorchError.badMember(
          file: zip.file, member: member.name, reason: "says neither 'little' nor 'big'")
      }
    }
  }

  /// The folder that holds everything, with its slash: named after the file when it was saved.
  private static func folder(of zip: ZipArchive) -> String {
    guard let first = zip.members.first?.name, let slash = first.firstIndex(of: "/") else {
      return ""
    }
    return String(first[...slash])
  }

  /// Whether bytes begin as binary pickles do: PROTO and a version.
  private static func isPickle(_ storage: ByteStorage) -> Bool {
    storage.withUnsafeBytes { $0.count >= 2 && $0[0] == 0x80 && (2...5).contains($0[1]) }
  }
}
