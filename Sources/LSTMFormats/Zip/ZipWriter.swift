// Writing zip files: the same members always give the same bytes. Members are stored unless asked
// otherwise, their bytes aligned, so that a reader can use them where they lie. What grows beyond
// 32 bits is written in the 64-bit form (APPNOTE 4.3.14, 4.5.3).

/// Writes a zip file, member after member; ``finish()`` writes the directory.
package struct ZipWriter {
  private struct Entry {
    var name: [UInt8]
    var method: ZipArchive.Method
    var checksum: UInt32
    var compressedSize: UInt64
    var size: UInt64
    var header: UInt64
  }

  /// The day on which all members are said to be made: 1 January 1980, the first that zip knows.
  private static let day: UInt16 = 0x0021

  /// From here on numbers take 64 bits; lower in tests.
  var wide: UInt64 = 0xFFFF_FFFF
  private let output: ByteOutput
  private let start: Int
  private var entries: [Entry] = []
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
    let entry = Entry(
      name: nameBytes, method: method, checksum: checksum,
      compressedSize: UInt64(packed?.count ?? size), size: UInt64(size),
      header: UInt64(output.count - start))
    try writeHeader(entry, alignment: method == .stored ? alignment : 1)
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

  // MARK: - Records

  private func writeHeader(_ entry: Entry, alignment: Int) throws {
    let isWide = entry.size >= wide || entry.compressedSize >= wide
    var extra: [UInt8] = []
    if isWide { extra += Self.wideField([entry.size, entry.compressedSize]) }
    let payload = Int(entry.header) + start + 30 + entry.name.count + extra.count
    if payload % alignment != 0 {
      // The field that PyTorch pads with, "FB": readers step over it.
      let padding = (alignment - (payload + 4) % alignment) % alignment
      extra += [0x46, 0x42, UInt8(padding & 0xFF), UInt8(padding >> 8)]
      extra += [UInt8](repeating: 0, count: padding)
    }
    try output.write(littleEndian: ZipSignature.member)
    try writeCommon(entry, isWide: isWide)
    try output.write(littleEndian: isWide ? .max : UInt32(entry.compressedSize))
    try output.write(littleEndian: isWide ? .max : UInt32(entry.size))
    try output.write(littleEndian: UInt16(entry.name.count))
    try output.write(littleEndian: UInt16(extra.count))
    try output.write(entry.name)
    try output.write(extra)
  }

  /// What a member's header and its entry in the directory have in common.
  private func writeCommon(_ entry: Entry, isWide: Bool) throws {
    let isASCII = entry.name.allSatisfy { $0 < 0x80 }
    try output.write(littleEndian: UInt16(isWide ? 45 : 20))  // the version that reads it
    try output.write(littleEndian: UInt16(isASCII ? 0 : 0x800))  // UTF-8
    try output.write(littleEndian: entry.method.rawValue)
    try output.write(littleEndian: UInt16(0))  // midnight
    try output.write(littleEndian: Self.day)
    try output.write(littleEndian: entry.checksum)
  }

  private static func wideField(_ values: [UInt64]) -> [UInt8] {
    guard !values.isEmpty else { return [] }
    return [1, 0, UInt8(8 * values.count), 0]
      + values.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
  }

  private func writeEntry(_ entry: Entry) throws {
    let numbers = [entry.size, entry.compressedSize, entry.header]
    let extra = Self.wideField(numbers.filter { $0 >= wide })
    try output.write(littleEndian: ZipSignature.entry)
    try output.write(littleEndian: UInt16(45))  // made by this version, on no system
    try writeCommon(entry, isWide: !extra.isEmpty)
    try output.write(littleEndian: narrow(entry.compressedSize))
    try output.write(littleEndian: narrow(entry.size))
    try output.write(littleEndian: UInt16(entry.name.count))
    try output.write(littleEndian: UInt16(extra.count))
    for _ in 0..<3 { try output.write(littleEndian: UInt16(0)) }  // comment, disk, kind of text
    try output.write(littleEndian: UInt32(0))
    try output.write(littleEndian: narrow(entry.header))
    try output.write(entry.name)
    try output.write(extra)
  }

  private func narrow(_ value: UInt64) -> UInt32 {
    value >= wide ? .max : UInt32(value)
  }

  /// Writes the directory and the end record. Nothing may be added afterwards.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  public mutating func finish() throws {
    let directory = UInt64(output.count - start)
    for entry in entries { try writeEntry(entry) }
    let end = UInt64(output.count - start)
    let size = end - directory
    let isWide = entries.count >= 0xFFFF || size >= wide || directory >= wide
    if isWide {
      try output.write(littleEndian: ZipSignature.end64)
      try output.write(littleEndian: UInt64(44))
      for _ in 0..<2 { try output.write(littleEndian: UInt16(45)) }
      for _ in 0..<2 { try output.write(littleEndian: UInt32(0)) }
      for _ in 0..<2 { try output.write(littleEndian: UInt64(entries.count)) }
      try output.write(littleEndian: size)
      try output.write(littleEndian: directory)
      try output.write(littleEndian: ZipSignature.locator64)
      try output.write(littleEndian: UInt32(0))
      try output.write(littleEndian: end)
      try output.write(littleEndian: UInt32(1))
    }
    try output.write(littleEndian: ZipSignature.end)
    for _ in 0..<2 { try output.write(littleEndian: UInt16(0)) }
    for _ in 0..<2 { try output.write(littleEndian: UInt16(min(entries.count, 0xFFFF))) }
    try output.write(littleEndian: narrow(size))
    try output.write(littleEndian: narrow(directory))
    try output.write(littleEndian: UInt16(0))
  }
}
