// Where the members of a zip file lie: the end record, the central directory and the header in
// front of every member, held against each other. PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 to
// 4.5. Unpacking is left to ZipArchive.swift.

/// The marks that begin the records of a zip file.
enum ZipSignature {
  static let member: UInt32 = 0x0403_4B50
  static let descriptor: UInt32 = 0x0807_4B50
  static let entry: UInt32 = 0x0201_4B50
  static let end: UInt32 = 0x0605_4B50
  static let end64: UInt32 = 0x0606_4B50
  static let locator64: UInt32 = 0x0706_4B50
}

/// Reads the directory of a zip file.
struct ZipDirectory {
  let bytes: UnsafeRawBufferPointer
  let file: String

  /// What the directory says of a member, before its own header was looked at.
  private struct Entry {
    var name: String
    var nameBytes: UnsafeRawBufferPointer
    var flags: UInt16
    var method: ZipArchive.Method
    var checksum: UInt32
    var compressedSize: UInt64
    var size: UInt64
    var header: UInt64
  }

  /// Every member, checked; in the order of the directory.
  func members() throws -> [ZipArchive.Member] {
    let (directory, declared) = try endRecord()
    var members: [ZipArchive.Member] = []
    var extents: [(range: Range<Int>, name: String)] = []
    var names: Set<String> = []
    var place = directory.lowerBound
    while place < directory.upperBound {
      let (entry, next) = try self.entry(
        at: place, number: members.count + 1, end: directory.upperBound)
      guard names.insert(entry.name).inserted else {
        throw ZipError.duplicateName(file: file, name: entry.name)
      }
      let (member, extent) = try member(entry, end: directory.lowerBound)
      members.append(member)
      extents.append((extent, entry.name))
      place = next
    }
    guard UInt64(members.count) == declared else {
      throw ZipError.wrongCount(file: file, found: members.count, declared: declared)
    }
    extents.sort { $0.range.lowerBound < $1.range.lowerBound }
    for (first, second) in zip(extents, extents.dropFirst())
    where second.range.lowerBound < first.range.upperBound {
      throw ZipError.overlap(
        file: file, first: first.name, second: second.name, byte: second.range.lowerBound)
    }
    return members
  }

  // MARK: - The end record

  /// Where the end record begins; nil where there is none.
  private var end: Int? {
    let first = max(0, bytes.count - 22 - 0xFFFF)
    let found = stride(from: bytes.count - 22, through: first, by: -1).first { place in
      bytes.littleEndian(UInt32.self, at: place) == ZipSignature.end
        && Int(bytes.littleEndian(UInt16.self, at: place + 20) ?? 0) == bytes.count - place - 22
    }
    return bytes.count >= 22 ? found : nil
  }

  /// The text about the whole file, as far as it is one; empty where there is none.
  var comment: String {
    guard let end else { return "" }
    return String(validating: bytes[(end + 22)...], as: UTF8.self) ?? ""
  }

  /// Where the directory lies, and how many entries it is said to have.
  private func endRecord() throws -> (directory: Range<Int>, entries: UInt64) {
    guard let found = end else { throw ZipError.noEndRecord(file: file) }
    func short(_ offset: Int) -> UInt16 {
      bytes.littleEndian(UInt16.self, at: found + offset) ?? 0
    }
    func long(_ offset: Int) -> UInt32 {
      bytes.littleEndian(UInt32.self, at: found + offset) ?? 0
    }
    var (entries, size, offset) = (UInt64(short(10)), UInt64(long(12)), UInt64(long(16)))
    var isSplit = short(4) != 0 && short(4) != 0xFFFF || short(8) != short(10)
    var end = found
    if bytes.littleEndian(UInt32.self, at: found - 20) == ZipSignature.locator64 {
      let place = bytes.littleEndian(UInt64.self, at: found - 12).flatMap { Int(exactly: $0) }
      guard let place, bytes.littleEndian(UInt32.self, at: place) == ZipSignature.end64,
        place <= found - 20 - 56,
        let count = bytes.littleEndian(UInt64.self, at: place + 32),
        let length = bytes.littleEndian(UInt64.self, at: place + 40),
        let start = bytes.littleEndian(UInt64.self, at: place + 48)
      else {
        throw ZipError.badEndRecord(
          file: file, byte: found, reason: "its 64-bit half is not where it should be")
      }
      guard entries == 0xFFFF || entries == count, size == 0xFFFF_FFFF || size == length,
        offset == 0xFFFF_FFFF || offset == start
      else {
        throw ZipError.badEndRecord(
          file: file, byte: found, reason: "its 64-bit half says something else")
      }
      isSplit = isSplit || bytes.littleEndian(UInt64.self, at: place + 24) != count
      (entries, size, offset, end) = (count, length, start, place)
    }
    if isSplit { throw ZipError.severalParts(file: file) }
    guard let start = Int(exactly: offset), let length = Int(exactly: size), start <= end,
      length == end - start
    else {
      throw ZipError.badEndRecord(
        file: file, byte: found,
        reason: "the directory is \(size) bytes at byte \(offset), but has to end at byte \(end)")
    }
    return (start..<end, entries)
  }

  // MARK: - The directory

  private func entry(at place: Int, number: Int, end: Int) throws -> (Entry, next: Int) {
    func failure(_ reason: String) -> ZipError {
      .badEntry(file: file, entry: number, byte: place, reason: reason)
    }
    guard end - place >= 46, bytes.littleEndian(UInt32.self, at: place) == ZipSignature.entry
    else { throw failure("an entry should begin, but does not") }
    func short(_ offset: Int) -> UInt16 {
      bytes.littleEndian(UInt16.self, at: place + offset) ?? 0
    }
    func long(_ offset: Int) -> UInt32 {
      bytes.littleEndian(UInt32.self, at: place + offset) ?? 0
    }
    let (nameLength, extraLength) = (Int(short(28)), Int(short(30)))
    let next = place + 46 + nameLength + extraLength + Int(short(32))
    guard next <= end, let nameBytes = bytes.bytes(at: place + 46, count: nameLength),
      let extra = bytes.bytes(at: place + 46 + nameLength, count: extraLength)
    else { throw failure("its name or extra fields reach beyond the directory") }
    guard let name = String(validating: nameBytes, as: UTF8.self) else {
      throw ZipError.unsafeName(
        file: file, name: String(decoding: nameBytes, as: UTF8.self), reason: "it is not UTF-8")
    }
    if let reason = Self.danger(in: name) {
      throw ZipError.unsafeName(file: file, name: name, reason: reason)
    }
    let flags = short(8)
    // Bit 0: encrypted; 6: strongly; 13: the directory itself.
    if flags & 0x2041 != 0 { throw ZipError.encrypted(file: file, name: name) }
    guard let method = ZipArchive.Method(rawValue: short(10)), flags & 0x20 == 0 else {
      throw ZipError.unknownMethod(file: file, name: name, method: short(10))
    }
    var values = [UInt64(long(24)), UInt64(long(20)), UInt64(long(42))]
    guard Self.widen(&values, with: extra) else {
      throw failure("the 64-bit sizes of '\(shown(name))' are missing")
    }
    if short(34) != 0, short(34) != 0xFFFF { throw ZipError.severalParts(file: file) }
    let entry = Entry(
      name: name, nameBytes: nameBytes, flags: flags, method: method, checksum: long(16),
      compressedSize: values[1], size: values[0], header: values[2])
    return (entry, next)
  }

  /// Why a name may not be used, if it may not.
  static func danger(in name: String) -> String? {
    if name.isEmpty { return "it is empty" }
    if name.unicodeScalars.contains("\0") { return "it has a NUL in it" }
    let parts = name.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }
    let hasDrive = name.dropFirst().first == ":" && name.first?.isLetter == true
    if parts.first?.isEmpty == true || hasDrive { return "it is absolute" }
    if parts.contains("..") { return "it leads out of its folder" }
    return nil
  }

  /// Puts the 64-bit values of the extra field 1 in the place of those that are all ones.
  private static func widen(_ values: inout [UInt64], with extra: UnsafeRawBufferPointer) -> Bool {
    guard values.contains(0xFFFF_FFFF) else { return true }
    var place = 0
    while let id = extra.littleEndian(UInt16.self, at: place),
      let length = extra.littleEndian(UInt16.self, at: place + 2)
    {
      if id == 1, let field = extra.bytes(at: place + 4, count: Int(length)) {
        var offset = 0
        for index in values.indices where values[index] == 0xFFFF_FFFF {
          guard let value = field.littleEndian(UInt64.self, at: offset) else { return false }
          values[index] = value
          offset += 8
        }
        return true
      }
      place += 4 + Int(length)
    }
    return false
  }

  // MARK: - The members' own headers

  /// The member of an entry, and the bytes that it takes with header and descriptor.
  private func member(_ entry: Entry, end: Int) throws -> (ZipArchive.Member, Range<Int>) {
    func outside() -> ZipError {
      .beyondEnd(
        file: file, name: entry.name, byte: entry.header, size: entry.compressedSize, end: end)
    }
    guard let place = Int(exactly: entry.header), place <= end - 30 else { throw outside() }
    func differ(_ what: String) -> ZipError {
      .headersDiffer(file: file, name: entry.name, byte: place, what: what)
    }
    func short(_ offset: Int) -> UInt16 {
      bytes.littleEndian(UInt16.self, at: place + offset) ?? 0
    }
    func long(_ offset: Int) -> UInt32 {
      bytes.littleEndian(UInt32.self, at: place + offset) ?? 0
    }
    guard bytes.littleEndian(UInt32.self, at: place) == ZipSignature.member else {
      throw differ("where it begins")
    }
    let (nameLength, extraLength) = (Int(short(26)), Int(short(28)))
    let start = place + 30 + nameLength + extraLength
    guard start <= end, let name = bytes.bytes(at: place + 30, count: nameLength),
      let extra = bytes.bytes(at: place + 30 + nameLength, count: extraLength)
    else { throw outside() }
    guard name.elementsEqual(entry.nameBytes) else { throw differ("its name") }
    guard short(8) == entry.method.rawValue else { throw differ("how it is compressed") }
    guard short(6) & 0x2069 == entry.flags & 0x2069 else { throw differ("its flags") }
    guard let size = Int(exactly: entry.size),
      let compressedSize = Int(exactly: entry.compressedSize), compressedSize <= end - start
    else { throw outside() }
    guard entry.method == .deflated || size == compressedSize else { throw differ("its size") }
    var values = [UInt64(long(22)), UInt64(long(18))]
    guard Self.widen(&values, with: extra) else { throw differ("its size") }
    var stop = start + compressedSize
    if short(6) & 8 == 0 {
      guard values == [entry.size, entry.compressedSize] else { throw differ("its size") }
      guard long(14) == entry.checksum else { throw differ("its checksum") }
    } else {
      guard let length = descriptorLength(entry, at: stop, end: end) else {
        throw differ("its size or checksum")
      }
      stop += length
    }
    let member = ZipArchive.Member(
      name: entry.name, method: entry.method, compressedSize: compressedSize, size: size,
      checksum: entry.checksum, offset: start)
    return (member, place..<stop)
  }

  /// The length of the descriptor behind a member: with or without a mark, in 32 or 64 bits, but
  /// with the numbers of the directory.
  private func descriptorLength(_ entry: Entry, at place: Int, end: Int) -> Int? {
    func matches(_ start: Int, wide: Bool) -> Bool {
      guard bytes.littleEndian(UInt32.self, at: start) == entry.checksum else { return false }
      func value(_ index: Int) -> UInt64? {
        wide
          ? bytes.littleEndian(UInt64.self, at: start + 4 + 8 * index)
          : bytes.littleEndian(UInt32.self, at: start + 4 + 4 * index).map { UInt64($0) }
      }
      return value(0) == entry.compressedSize && value(1) == entry.size
    }
    let isMarked = bytes.littleEndian(UInt32.self, at: place) == ZipSignature.descriptor
    for (skip, wide) in [(4, false), (4, true), (0, false), (0, true)] where isMarked || skip == 0 {
      let length = skip + (wide ? 20 : 12)
      if length <= end - place, matches(place + skip, wide: wide) { return length }
    }
    return nil
  }
}
