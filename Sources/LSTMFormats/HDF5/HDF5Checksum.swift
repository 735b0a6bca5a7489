// The two checksums of HDF5: lookup3 over the structures of new files, Fletcher's over chunks.

extension HDF5File {
  /// Holds the checksum that stands at `end` against the bytes from `start` on.
  func checkSum(from start: Int, to end: Int, _ place: String, _ structure: String) throws {
    var cursor = try HDF5Cursor(self, place, structure, at: end, count: 4)
    let expected = UInt32(truncatingIfNeeded: try cursor.wide(4))
    let found = withUnsafeBytes {
      HDF5Checksum.lookup3(UnsafeRawBufferPointer(rebasing: $0[start..<end]))
    }
    guard found == expected else {
      throw error(.damaged("the checksum of \(structure) is another"), place, at: start)
    }
  }
}

enum HDF5Checksum {
  /// Jenkins's lookup3 (burtleburtle.net/bob/c/lookup3.c, `hashlittle`), beginning with 0.
  static func lookup3(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    func turned(_ value: UInt32, _ bits: UInt32) -> UInt32 { value << bits | value >> (32 - bits) }
    let start = 0xDEAD_BEEF &+ UInt32(truncatingIfNeeded: bytes.count)
    var (a, b, c) = (start, start, start)
    guard !bytes.isEmpty else { return c }
    var offset = 0
    while true {
      a &+= word(bytes, at: offset)
      b &+= word(bytes, at: offset + 4)
      c &+= word(bytes, at: offset + 8)
      offset += 12
      if offset >= bytes.count { break }
      (a, c) = ((a &- c) ^ turned(c, 4), c &+ b)
      (b, a) = ((b &- a) ^ turned(a, 6), a &+ c)
      (c, b) = ((c &- b) ^ turned(b, 8), b &+ a)
      (a, c) = ((a &- c) ^ turned(c, 16), c &+ b)
      (b, a) = ((b &- a) ^ turned(a, 19), a &+ c)
      (c, b) = ((c &- b) ^ turned(b, 4), b &+ a)
    }
    c = (c ^ b) &- turned(b, 14)
    a = (a ^ c) &- turned(c, 11)
    b = (b ^ a) &- turned(a, 25)
    c = (c ^ b) &- turned(b, 16)
    a = (a ^ c) &- turned(c, 4)
    b = (b ^ a) &- turned(a, 14)
    c = (c ^ b) &- turned(b, 24)
    return c
  }

  /// Four bytes, with zeros for those beyond the end.
  private static func word(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt32 {
    if let whole = bytes.littleEndian(UInt32.self, at: offset) { return whole }
    var value: UInt32 = 0
    for place in offset..<max(offset, bytes.count) {
      value |= UInt32(bytes[place]) << UInt32(8 * (place - offset))
    }
    return value
  }

  /// Fletcher's checksum of 32 bits over words of 16, the more significant byte first.
  static func fletcher32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var (first, second) = (UInt32(0), UInt32(0))
    for offset in stride(from: 0, to: bytes.count, by: 2) {
      let low = offset + 1 < bytes.count ? UInt32(bytes[offset + 1]) : 0
      first = (first + (UInt32(bytes[offset]) << 8 | low)) % 65535
      second = (second + first) % 65535
    }
    return second << 16 | first
  }
}
