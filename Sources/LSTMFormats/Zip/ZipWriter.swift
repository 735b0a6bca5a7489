// Writing zip files: the same members always give the same bytes. Members are stored unless asked
// otherwise, their bytes aligned, so that a reader can use them where they lie. How records look is in
// ZipRecords.swift.

/// Writes a zip file, member after member; ``finish()`` writes the directory.
package struct ZipWriter {
  /// From here on numbers take 64 bits; lower in tests.
  var wide: UInt64 {
    get { records.wide }
    set { records.wide = newValue }
  }
  /// A text about the whole file, which stands at its end; at most 65535 bytes.
  public var comment = ""
  private var records = ZipRecords()
  private let output: ByteOutput
  private let start: Int
  private var entries: [ZipEntry] = []
  private var names: Set<String> = []

  /// Begins a zip file.
  package init(_ output: ByteOutput) {
    self.output = output
    start = output.count
  }

  /// Writes a member.
  ///
  /// - Parameters:
  ///   - name: its name: relative, with `/` between folders.
  ///   - parts: its bytes, one part after the other.
  ///   - method: whether they are stored or deflated.
  ///   - alignment: the first byte of a stored member lies at a multiple of this in the file; a
  ///     power of 2, at most 4096.
  /// - Throws: ``ZipError/unsafeName(file:name:reason:)``,
  ///   ``ZipError/duplicateName(file:name:)``, or
  ///   ``LSTMFormatsError/unwritableFile(_:reason:)``.
  public mutating func add(
    _ name: String, _ parts: UnsafeRawBufferPointer...,
    method: ZipArchive.Method = .stored, alignment: Int = 64
  ) throws {
    precondition(
      (1...4096).contains(alignment) && alignment & (alignment - 1) == 0,
      "an alignment is a power of 2, at most 4096")
    let nameBytes = Array(name.utf8)
    let danger = nameBytes.count > 0xFFFF ? "it is too long" : ZipDirectory.danger(in: name)
    if let danger {
      throw ZipError.unsafeName(file: output.name, name: name, reason: danger)
    }
    guard names.insert(name).inserted else {
      throw ZipError.duplicateName(file: output.name, name: name)
    }
    let checksum = parts.reduce(0) { Deflate.checksum($1, after: $0) }
    let size = parts.reduce(0) { $0 + $1.count }
    let packed = method == .deflated ? try pack(parts, name: name) : nil
    let entry = ZipEntry(
      name: nameBytes, method: method, checksum: checksum,
      compressedSize: UInt64(packed?.count ?? size), size: UInt64(size),
      header: UInt64(output.count - start))
    try output.write(
      records.header(entry, start: start, alignment: method == .stored ? alignment : 1))
    if let packed {
      try output.write(packed)
    } else {
      for part in parts { try output.write(part) }
    }
    entries.append(entry)
  }

  private func pack(_ parts: [UnsafeRawBufferPointer], name: String) throws -> [UInt8] {
    let whole = parts.count == 1 ? [] : parts.flatMap { Array($0) }
    let packed = whole.withUnsafeBytes { Deflate.pack(parts.count == 1 ? parts[0] : $0) }
    guard let packed else {
      throw ZipError.damaged(file: output.name, name: name, reason: "zlib refused to pack it")
    }
    return packed
  }

  /// Writes the directory and the end record. Nothing may be added afterwards.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  public mutating func finish() throws {
    try output.write(
      records.ending(
        entries, at: UInt64(output.count - start), comment: Array(comment.utf8)))
  }
}
