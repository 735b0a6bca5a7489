// Reading a structure of an HDF5 file number by number, never beyond its end.

/// A place in one structure of a file.
struct HDF5Cursor {
  let file: HDF5File
  /// The object that the structure is of, for errors.
  let place: String
  /// The structure in words, for errors: "its header".
  let structure: String
  /// The byte of the file that is read next.
  private(set) var offset: Int
  /// The byte after the last of the structure.
  let end: Int

  /// Begins to read a structure.
  ///
  /// - Throws: ``HDF5Error`` where it does not lie within the file.
  init(_ file: HDF5File, _ place: String, _ structure: String, at offset: Int, count: Int) throws {
    (self.file, self.place, self.structure, self.offset) = (file, place, structure, offset)
    guard offset >= 0, count >= 0, offset <= file.count, count <= file.count - offset else {
      throw file.error(
        .damaged("\(structure) would end beyond the file's \(file.count) bytes"), place, at: offset)
    }
    end = offset + count
    try file.look(at: count, place, offset: offset)
  }

  /// The bytes that are left.
  var count: Int { end - offset }

  /// An error here.
  func error(_ problem: HDF5Error.Problem) -> HDF5Error { file.error(problem, place, at: offset) }

  /// The error that something here makes no sense.
  func damaged(_ what: String) -> HDF5Error { error(.damaged("\(structure) \(what)")) }

  /// Steps over bytes.
  mutating func skip(_ size: Int) throws {
    guard size >= 0, size <= count else { throw damaged("ends too early") }
    offset += size
  }

  /// Steps to the next multiple of eight bytes from a place on.
  mutating func align(from start: Int) throws { try skip(-(offset - start) & 7) }

  /// The next number without a sign, of 1 to 8 bytes, the least significant first.
  mutating func wide(_ size: Int) throws -> UInt64 {
    let start = offset
    try skip(size)
    return file.withUnsafeBytes { bytes in
      var value: UInt64 = 0
      for byte in 0..<size { value |= UInt64(bytes[start + byte]) << UInt64(8 * byte) }
      return value
    }
  }

  /// The next number without a sign, of 1 to 8 bytes; no size is larger than a file can be.
  mutating func number(_ size: Int) throws -> Int {
    let start = self
    let value = try wide(size)
    guard value <= Int.max >> 1 else { throw start.damaged("has a size of \(value)") }
    return Int(value)
  }

  /// The next byte.
  mutating func byte() throws -> UInt8 { UInt8(truncatingIfNeeded: try number(1)) }

  /// The next length or size.
  mutating func length() throws -> Int { try number(file.lengthSize) }

  /// The next address; nil for the one that means that there is nothing.
  mutating func address() throws -> Int? {
    let size = file.addressSize
    let start = self
    let value = try wide(size)
    if value == UInt64.max >> UInt64(64 - 8 * size) { return nil }
    guard value < file.count else {
      throw start.damaged("refers to byte \(value), beyond the file's \(file.count)")
    }
    return Int(value)
  }

  /// The next address of something that has to be there.
  mutating func requiredAddress() throws -> Int {
    let start = self
    guard let address = try address() else { throw start.damaged("refers to nothing") }
    return address
  }

  /// The next byte, which has to be a version out of those that are known.
  mutating func version(_ known: ClosedRange<UInt8>) throws -> UInt8 {
    let start = self
    let found = try byte()
    guard known.contains(found) else { throw start.damaged("has the unknown version \(found)") }
    return found
  }

  /// Steps over the letters that a structure has to begin with.
  mutating func expect(_ letters: String) throws {
    let start = self
    guard try Array(bytes(letters.utf8.count)) == Array(letters.utf8) else {
      throw start.damaged("does not begin with '\(letters)'")
    }
  }

  /// The next bytes, copied.
  mutating func bytes(_ size: Int) throws -> [UInt8] {
    let start = offset
    try skip(size)
    return file.withUnsafeBytes { Array($0[start..<start + size]) }
  }

  /// The next bytes as text, up to the first that is zero.
  mutating func text(_ size: Int) throws -> String {
    String(decoding: try bytes(size).prefix { $0 != 0 }, as: UTF8.self)
  }

  /// The next bytes as a structure of its own; they are counted already.
  mutating func part(_ size: Int, _ structure: String) throws -> HDF5Cursor {
    let start = offset
    try skip(size)
    return HDF5Cursor(file, place, structure, counted: start..<offset)
  }

  private init(_ file: HDF5File, _ place: String, _ structure: String, counted range: Range<Int>) {
    (self.file, self.place, self.structure) = (file, place, structure)
    (offset, end) = (range.lowerBound, range.upperBound)
  }
}
