// The records of a zip file as bytes: the header in front of a member, its entry in the directory, and
// the end. What grows beyond 32 bits is written in the 64-bit form (APPNOTE 4.3.14, 4.5.3). Who writes
// them, and when, is left to ZipWriter.swift and ZipLayout.swift.

/// What is known of a member that is written.
struct ZipEntry {
  let name: [UInt8]
  let method: ZipArchive.Method
  var checksum: UInt32
  let compressedSize: UInt64
  let size: UInt64
  /// Where its header begins.
  let header: UInt64
}

/// The bytes of records.
struct ZipRecords {
  /// The day on which all members are said to be made: 1 January 1980, the first that zip knows.
  private static let day: UInt16 = 0x0021

  /// From here on numbers take 64 bits; lower in tests.
  var wide: UInt64 = 0xFFFF_FFFF

  /// The header in front of a member. Its length does not depend on the checksum.
  ///
  /// - Parameters:
  ///   - start: where the zip file begins, for the alignment.
  ///   - alignment: the member's first byte lies at a multiple of this.
  func header(_ entry: ZipEntry, start: Int = 0, alignment: Int) -> [UInt8] {
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
    var record: [UInt8] = []
    record.append(littleEndian: ZipSignature.member)
    appendCommon(entry, isWide: isWide, to: &record)
    record.append(littleEndian: isWide ? .max : UInt32(entry.compressedSize))
    record.append(littleEndian: isWide ? .max : UInt32(entry.size))
    record.append(littleEndian: UInt16(entry.name.count))
    record.append(littleEndian: UInt16(extra.count))
    return record + entry.name + extra
  }

  /// What a member's header and its entry in the directory have in common.
  private func appendCommon(_ entry: ZipEntry, isWide: Bool, to record: inout [UInt8]) {
    let isASCII = entry.name.allSatisfy { $0 < 0x80 }
    record.append(littleEndian: UInt16(isWide ? 45 : 20))  // the version that reads it
    record.append(littleEndian: UInt16(isASCII ? 0 : 0x800))  // UTF-8
    record.append(littleEndian: entry.method.rawValue)
    record.append(littleEndian: UInt16(0))  // midnight
    record.append(littleEndian: Self.day)
    record.append(littleEndian: entry.checksum)
  }

  private static func wideField(_ values: [UInt64]) -> [UInt8] {
    guard !values.isEmpty else { return [] }
    return [1, 0, UInt8(8 * values.count), 0]
      + values.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
  }

  /// A member's entry in the directory.
  private func directoryEntry(_ entry: ZipEntry) -> [UInt8] {
    let numbers = [entry.size, entry.compressedSize, entry.header]
    let extra = Self.wideField(numbers.filter { $0 >= wide })
    var record: [UInt8] = []
    record.append(littleEndian: ZipSignature.entry)
    record.append(littleEndian: UInt16(45))  // made by this version, on no system
    appendCommon(entry, isWide: !extra.isEmpty, to: &record)
    record.append(littleEndian: narrow(entry.compressedSize))
    record.append(littleEndian: narrow(entry.size))
    record.append(littleEndian: UInt16(entry.name.count))
    record.append(littleEndian: UInt16(extra.count))
    for _ in 0..<3 { record.append(littleEndian: UInt16(0)) }  // comment, disk, kind of text
    record.append(littleEndian: UInt32(0))
    record.append(littleEndian: narrow(entry.header))
    return record + entry.name + extra
  }

  private func narrow(_ value: UInt64) -> UInt32 {
    value >= wide ? .max : UInt32(value)
  }

  /// The directory and the end record.
  ///
  /// - Parameters:
  ///   - directory: where the directory begins.
  ///   - comment: the text of the whole file, at most 65535 bytes.
  func ending(_ entries: [ZipEntry], at directory: UInt64, comment: [UInt8]) -> [UInt8] {
    precondition(comment.count <= 0xFFFF, "a zip file's comment has at most 65535 bytes")
    var record = entries.flatMap { directoryEntry($0) }
    let size = UInt64(record.count)
    let end = directory + size
    if entries.count >= 0xFFFF || size >= wide || directory >= wide {
      record.append(littleEndian: ZipSignature.end64)
      record.append(littleEndian: UInt64(44))
      for _ in 0..<2 { record.append(littleEndian: UInt16(45)) }
      for _ in 0..<2 { record.append(littleEndian: UInt32(0)) }
      for _ in 0..<2 { record.append(littleEndian: UInt64(entries.count)) }
      record.append(littleEndian: size)
      record.append(littleEndian: directory)
      record.append(littleEndian: ZipSignature.locator64)
      record.append(littleEndian: UInt32(0))
      record.append(littleEndian: end)
      record.append(littleEndian: UInt32(1))
    }
    record.append(littleEndian: ZipSignature.end)
    for _ in 0..<2 { record.append(littleEndian: UInt16(0)) }
    for _ in 0..<2 { record.append(littleEndian: UInt16(min(entries.count, 0xFFFF))) }
    record.append(littleEndian: narrow(size))
    record.append(littleEndian: narrow(directory))
    record.append(littleEndian: UInt16(comment.count))
    return record + comment
  }
}

extension [UInt8] {
  /// Appends the bytes of a number, the least significant first.
  fileprivate mutating func append<Number: FixedWidthInteger>(littleEndian number: Number) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}
