// From the records of a pickle to tensors: every offset, shape and stride is held against the
// bytes that are there. A tensor in C order is a view of the file; any other is copied into it.

import LSTMCore

/// Makes the tensors of one file.
struct PyTorchTensors {
  /// The bytes of one storage.
  typealias Region = (storage: ByteStorage, range: Range<Int>)
  /// Dimensions of a tensor.
  static let mostDimensions = 8

  let file: String
  let document: PickleDocument
  /// Whether numbers stand with their highest byte first.
  let isBigEndian: Bool
  /// Finds the bytes of a storage by its key; nil where there are none.
  let region: (_ key: String) throws -> Region?
  /// What is left of the bytes that may be copied: views of one storage can be without number.
  private var budget: Int
  private var regions: [String: Region] = [:]
  private var made: [UInt32: Tensor] = [:]

  init(
    file: String, document: PickleDocument, fileSize: Int, isBigEndian: Bool,
    region: @escaping (String) throws -> Region?
  ) {
    (self.file, self.document) = (file, document)
    (self.isBigEndian, self.region) = (isBigEndian, region)
    budget = 65536 + 4 * fileSize
  }

  /// The tensors and plain values of the document by name.
  ///
  /// - Throws: ``PyTorchError``.
  mutating func archive() throws -> TensorArchive {
    let names = try PyTorchNames(document, file: file)
    var entries: [(String, Tensor)] = []
    for (name, index) in names.tensors {
      // One tensor can have several names.
      let tensor = try made[index] ?? tensor(document.tensors[Int(index)], name: name)
      made[index] = tensor
      entries.append((name, tensor))
    }
    if entries.allSatisfy({ LeftOver.isOfTraining($0.0) }), let name = names.classes.first {
      throw PyTorchError.noTensors(file: file, name: name)
    }
    var archive = TensorArchive(entries, metadata: names.plain)
    if !names.classes.isEmpty {
      let listed = names.classes.prefix(3).map { "'\(shown($0))'" }
      archive.notes.append(
        ReadingNote(
          .assumed,
          "of objects of the file's own classes (\(listed.joined(separator: ", "))"
            + (names.classes.count > 3 ? ", …" : "")
            + ") only the attributes were read; nothing of it was run"))
    }
    let quantised = names.tensors.filter {
      document.tensors[Int($0.tensor)].quantiser != nil
    }
    if !quantised.isEmpty {
      archive.notes.append(
        ReadingNote(
          .changed,
          "\(quantised.count) quantised \(quantised.count == 1 ? "tensor" : "tensors") became "
            + "float32, (q - zero point) x scale"))
    }
    return archive
  }

  private mutating func tensor(
    _ record: PickleDocument.TensorRecord, name: String
  ) throws -> Tensor {
    let stored = try storedTensor(record, name: name)
    guard let quantiser = record.quantiser else { return stored }
    guard let parts = document.elements(quantiser).map(Array.init), parts.count >= 3,
      case .global(.quantiser(let isPerRow)) = document[parts[0]], stored.count <= budget / 4
    else { throw PyTorchError.unsupportedNumbers(file: file, type: "quantised otherwise") }
    budget -= 4 * stored.count
    let numbers = stored.doubles()
    guard isPerRow else {
      guard case .real(let scale) = document[parts[1]], let zero = document.integer(parts[2]) else {
        throw PyTorchError.unsupportedNumbers(file: file, type: "quantised otherwise")
      }
      return Tensor(numbers.map { Float(($0 - Double(zero)) * scale) }, shape: stored.shape)
    }
    guard case .tensor(let scales) = document[parts[1]],
      case .tensor(let zeros) = document[parts[2]],
      parts.count > 3, document.integer(parts[3]) == 0,
      case let scale = try storedTensor(document.tensors[Int(scales)], name: name).doubles(),
      case let zero = try storedTensor(document.tensors[Int(zeros)], name: name).doubles(),
      let rows = stored.shape.first, rows > 0, scale.count == rows, zero.count == rows
    else { throw PyTorchError.unsupportedNumbers(file: file, type: "quantised otherwise") }
    let width = stored.count / rows
    return Tensor(
      numbers.indices.map { Float((numbers[$0] - zero[$0 / width]) * scale[$0 / width]) },
      shape: stored.shape)
  }

  private mutating func storedTensor(
    _ record: PickleDocument.TensorRecord, name: String
  ) throws -> Tensor {
    func bad(_ reason: String) -> PyTorchError {
      .badShape(file: file, tensor: name, reason: reason)
    }
    let type = record.type ?? document.storages[Int(record.storage)].type ?? .uint8
    guard let shape = document.integers(record.shape, most: Self.mostDimensions),
      let strides = document.integers(record.strides, most: Self.mostDimensions)
    else {
      throw bad("a shape or strides that are not at most \(Self.mostDimensions) integers")
    }
    guard shape.count == strides.count else {
      throw bad("\(shape.count) dimensions but \(strides.count) strides")
    }
    guard let offset = document.integer(record.offset) else {
      throw bad("an offset that is not an integer of 64 bits")
    }
    let all = shape + strides + [offset]
    guard !all.contains(where: { $0 < 0 }) else {
      throw bad("a negative size, stride or offset")
    }
    let (sizes, steps) = (shape.map { Int($0) }, strides.map { Int($0) })
    guard let size = byteCount(of: sizes, bitsEach: 8 * type.byteCount) else {
      throw bad("a shape of more numbers than can be counted")
    }
    let (source, range) = try storage(document.storages[Int(record.storage)], name: name)
    guard size > 0 else {
      return Tensor(type: type, shape: sizes, storage: source, offset: range.lowerBound)
    }
    let available = range.count / type.byteCount
    guard let last = Self.last(offset: Int(offset), sizes, steps) else {
      throw bad("an offset and strides that reach farther than can be counted")
    }
    guard last < available else {
      throw PyTorchError.outsideStorage(file: file, tensor: name, last: last, count: available)
    }
    let start = range.lowerBound + Int(offset) * type.byteCount
    let isSwapped = isBigEndian && type.byteCount > 1
    if !isSwapped, Self.isInOrder(sizes, steps) {
      return Tensor(type: type, shape: sizes, storage: source, offset: start)
    }
    guard size <= budget else {
      throw PyTorchError.repeatedNumbers(file: file, tensor: name)
    }
    budget -= size
    let copy = ByteStorage(count: size) { output in
      source.withUnsafeBytes { bytes in
        let window = StridedCopy(
          input: UnsafeRawBufferPointer(rebasing: bytes[start..<range.upperBound]), output: output,
          sizes: sizes, strides: steps, isSwapped: isSwapped)
        switch type.byteCount {
        case 1: window.run(UInt8.self)
        case 2: window.run(UInt16.self)
        case 4: window.run(UInt32.self)
        default: window.run(UInt64.self)
        }
      }
    }
    return Tensor(type: type, shape: sizes, storage: copy)
  }

  /// The bytes of a storage, or of the part of it that a view means.
  private mutating func storage(
    _ storage: PickleDocument.Storage, name: String
  ) throws -> Region {
    guard let key = document.key(storage.key) else {
      throw PyTorchError.missingStorage(file: file, tensor: name, key: "…")
    }
    guard let region = try regions[key] ?? region(key) else {
      throw PyTorchError.missingStorage(file: file, tensor: name, key: key)
    }
    regions[key] = region
    let width = storage.type?.byteCount ?? 1
    let (expected, isTooLarge) = Int(storage.count).multipliedReportingOverflow(by: width)
    guard !isTooLarge, region.range.count == expected else {
      throw PyTorchError.wrongStorageSize(
        file: file, tensor: name, key: key, found: region.range.count,
        expected: isTooLarge ? Int(storage.count) : expected)
    }
    guard let view = storage.view else { return region }
    guard view.offset >= 0, view.count >= 0, view.offset <= storage.count,
      view.count <= storage.count - view.offset
    else {
      throw PyTorchError.outsideStorage(
        file: file, tensor: name, last: Int(view.offset), count: Int(storage.count))
    }
    let start = region.range.lowerBound + Int(view.offset) * width
    return (region.storage, start..<start + Int(view.count) * width)
  }

  /// The last number that a window touches, or nil where that is beyond counting.
  static func last(offset: Int, _ sizes: [Int], _ strides: [Int]) -> Int? {
    var last = offset
    for (size, stride) in zip(sizes, strides) {
      let (reach, isTooFar) = (size - 1).multipliedReportingOverflow(by: stride)
      let (sum, isTooLarge) = last.addingReportingOverflow(reach)
      if isTooFar || isTooLarge { return nil }
      last = sum
    }
    return last
  }

  /// Whether a window is in C order without gaps; the stride of a dimension of size 1 is of no use.
  static func isInOrder(_ sizes: [Int], _ strides: [Int]) -> Bool {
    var expected = 1
    for (size, stride) in zip(sizes, strides).reversed() where size != 1 {
      if stride != expected { return false }
      expected *= size
    }
    return true
  }
}

/// Copies a window of numbers into C order; the window was checked to lie within the input.
private struct StridedCopy {
  let input: UnsafeRawBufferPointer
  let output: UnsafeMutableRawBufferPointer
  let sizes: [Int]
  let strides: [Int]
  let isSwapped: Bool

  func run<Number: FixedWidthInteger>(_ type: Number.Type) {
    let width = MemoryLayout<Number>.size
    var position = [Int](repeating: 0, count: sizes.count)
    var source = 0
    for target in stride(from: 0, to: output.count, by: width) {
      let number = input.loadUnaligned(fromByteOffset: source * width, as: type)
      output.storeBytes(
        of: isSwapped ? number.byteSwapped : number, toByteOffset: target, as: type)
      for dimension in sizes.indices.reversed() {
        position[dimension] += 1
        source += strides[dimension]
        if position[dimension] < sizes[dimension] { break }
        source -= strides[dimension] * sizes[dimension]
        position[dimension] = 0
      }
    }
  }
}
