// The form that torch.save wrote before version 1.6, and writes still when asked to: five pickles
// (a magic number, a version, the sizes of the system's types, the object, the keys of its
// storages), then for each key the count of its numbers and the numbers. The numbers are
// little-endian on every system (torch/csrc/serialization.cpp), whatever the third pickle says.

/// Reads the older form.
enum PyTorchLegacy {
  /// 0x1950a86a20f9469cfc6c, lowest byte first.
  private static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]

  /// Whether bytes are a tar archive as PyTorch wrote it in its first months.
  static func isTar(_ storage: ByteStorage) -> Bool {
    storage.withUnsafeBytes { bytes in
      guard bytes.bytes(at: 257, count: 5)?.elementsEqual("ustar".utf8) == true else {
        return false
      }
      // The members are sys_info, pickle, tensors and storages; the first may come after a header
      // of its own.
      return stride(from: 0, to: min(bytes.count, 4096), by: 512).contains { place in
        bytes.bytes(at: place, count: 9)?.elementsEqual("sys_info\0".utf8) == true
      }
    }
  }

  /// Reads a file.
  ///
  /// - Throws: ``PyTorchError``.
  static func read(_ storage: ByteStorage, file: String) throws -> TensorArchive {
    var end = 0
    func next() throws -> PickleDocument {
      let document = try Unpickler.read(storage, in: end..<storage.count, file: file)
      end = document.end
      return document
    }
    let first: PickleDocument
    do {
      first = try next()
    } catch let error as PyTorchError {
      // A pickle of something else may have any instruction.
      guard let name = firstName(storage) else { throw error }
      throw PyTorchError.otherPickle(file: file, name: name)
    }
    if case .object(let object) = first[first.root] {
      throw PyTorchError.otherPickle(
        file: file, name: first.names[Int(first.objects[Int(object)].name)])
    }
    guard first.bytes(first.root, atMost: 10) == magic else {
      throw PyTorchError.notPyTorch(file: file, reason: "it is a pickle of something else")
    }
    let version = try next()
    guard version.integer(version.root) == 1001 else {
      throw PyTorchError.notPyTorch(file: file, reason: "its form is not version 1001")
    }
    _ = try next()
    let document = try next()
    let keys = try next()
    let regions = try regions(
      of: keys, in: storage, from: end, sizes: sizes(document), file: file)
    var tensors = PyTorchTensors(
      file: file, document: document, fileSize: storage.count, isBigEndian: false
    ) { regions[$0] }
    return try tensors.archive()
  }

  /// The class with whose name a pickle begins; nil where it begins otherwise, or by what is harmful.
  private static func firstName(_ storage: ByteStorage) -> String? {
    storage.withUnsafeBytes { bytes -> String? in
      guard bytes.count > 8, bytes[2] == UInt8(ascii: "c") else { return nil }
      let lines = bytes[3...].prefix(400).split(separator: 0x0A, maxSplits: 2)
      guard lines.count == 3 else { return nil }
      let (module, name) = (
        String(decoding: lines[0], as: UTF8.self), String(decoding: lines[1], as: UTF8.self)
      )
      guard !module.hasPrefix("torch"), !module.hasPrefix("collections"),
        !PickleGlobal.isHarmful(module: module, name: name)
      else { return nil }
      return "\(module).\(name)"
    }
  }

  /// The bytes of one number in each storage.
  private static func sizes(_ document: PickleDocument) -> [String: Int] {
    var sizes: [String: Int] = [:]
    for storage in document.storages {
      guard let key = document.key(storage.key), sizes[key] == nil else { continue }
      sizes[key] = storage.type?.byteCount ?? 1
    }
    return sizes
  }

  private static func regions(
    of keys: PickleDocument, in storage: ByteStorage, from start: Int, sizes: [String: Int],
    file: String
  ) throws -> [String: PyTorchTensors.Region] {
    guard let elements = keys.elements(keys.root) else {
      throw PyTorchError.notPyTorch(file: file, reason: "it has no list of storages")
    }
    var regions: [String: PyTorchTensors.Region] = [:]
    var place = start
    for element in elements {
      guard let key = keys.key(element), let width = sizes[key] else {
        throw PyTorchError.notPyTorch(
          file: file, reason: "its list of storages names one that no tensor has")
      }
      guard regions[key] == nil else { throw PyTorchError.duplicateName(file: file, name: key) }
      let count = storage.withUnsafeBytes { $0.littleEndian(Int64.self, at: place) }
      let size = count.map { Int($0).multipliedReportingOverflow(by: width) }
      guard let size, !size.overflow, size.partialValue >= 0,
        size.partialValue <= storage.count - place - 8
      else { throw PyTorchError.truncated(file: file, place: "storage '\(key)'") }
      regions[key] = (storage, place + 8..<place + 8 + size.partialValue)
      place += 8 + size.partialValue
    }
    return regions
  }
}
