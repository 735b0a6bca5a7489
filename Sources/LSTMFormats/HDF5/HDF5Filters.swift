// What chunks go through when they are written, undone: deflate, shuffle and Fletcher's checksum.

import CZlib

/// The filters of a dataset, in the order in which they were applied.
struct HDF5Filters {
  private enum Filter {
    /// zlib's form: two bytes, DEFLATE, Adler's checksum.
    case deflate
    /// All first bytes of the elements, then all second ones, and so on.
    case shuffle(elementSize: Int)
    /// Four bytes of checksum at the end.
    case fletcher32
  }

  /// Filters that are not read but that h5repack knows, and so takes out.
  private static let others = [4: "szip", 5: "nbit", 6: "scaleoffset"]

  private var filters: [Filter] = []

  /// Reads which filters a dataset has.
  ///
  /// - Parameter elementSize: the bytes of one of its numbers.
  /// - Throws: ``HDF5Error``, also for a filter that is not read.
  init(of node: HDF5Node, elementSize: Int) throws {
    guard let message = node.header.first(.filters) else { return }
    var cursor = try node.content(of: message, "its list of filters")
    let version = try cursor.version(1...2)
    let count = try cursor.number(1)
    guard count <= 32 else { throw cursor.damaged("has \(count) filters") }
    if version == 1 { try cursor.skip(6) }
    for _ in 0..<count {
      let start = cursor
      let id = try cursor.number(2)
      let nameSize = version == 1 || id >= 256 ? try cursor.number(2) : 0
      try cursor.skip(2)  // Whether it may be left out.
      let valueCount = try cursor.number(2)
      try cursor.skip(version == 1 ? (nameSize + 7) & ~7 : nameSize)
      var values = try cursor.part(4 * valueCount, "a filter")
      if version == 1, valueCount % 2 == 1 { try cursor.skip(4) }
      switch id {
      case 1: filters.append(.deflate)
      case 2:
        let shuffled = try values.number(4)
        guard shuffled == elementSize else {
          throw start.damaged(
            "shuffles elements of \(shuffled) bytes, but its numbers have \(elementSize)")
        }
        filters.append(.shuffle(elementSize: elementSize))
      case 3: filters.append(.fletcher32)
      default:
        let name = Self.others[id]
        throw start.error(
          .unsupported("the filter \(name ?? "\(id)")", isRewritten: name != nil))
      }
    }
  }

  /// Undoes the filters.
  ///
  /// - Parameters:
  ///   - stored: the bytes of a chunk.
  ///   - size: how many they become.
  ///   - mask: which filters were left out, a bit each.
  ///   - damaged: makes an error of what is wrong.
  func unpack(
    _ stored: UnsafeRawBufferPointer, into size: Int, mask: Int, damaged: (String) -> HDF5Error
  ) throws -> [UInt8] {
    var bytes = Array(stored)
    let applied = filters.enumerated().filter { mask >> $0.offset & 1 == 0 }.map(\.element)
    for (index, filter) in applied.enumerated().reversed() {
      switch filter {
      case .deflate:
        // What was packed has a checksum more for each filter before that adds one.
        let before = applied[..<index]
        let sums = before.count { if case .fletcher32 = $0 { true } else { false } }
        bytes = try Self.inflate(bytes, into: size + 4 * sums, damaged)
      case .shuffle(let elementSize): bytes = Self.unshuffled(bytes, elementSize)
      case .fletcher32:
        guard bytes.count >= 4 else { throw damaged("a chunk lacks its checksum") }
        let expected = bytes.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        bytes.removeLast(4)
        let found = bytes.withUnsafeBytes { HDF5Checksum.fletcher32($0) }
        guard found == expected else { throw damaged("the checksum of a chunk is another") }
      }
    }
    guard bytes.count == size else {
      throw damaged("a chunk has \(bytes.count) bytes in place of \(size)")
    }
    return bytes
  }

  private static func inflate(
    _ bytes: [UInt8], into size: Int, _ damaged: (String) -> HDF5Error
  ) throws -> [UInt8] {
    // The method is DEFLATE, the two bytes are a multiple of 31, and there is no dictionary.
    guard bytes.count >= 6, bytes[0] & 15 == 8, (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0,
      bytes[1] & 0x20 == 0
    else { throw damaged("the compressed bytes of a chunk are not zlib's") }
    var output = [UInt8](repeating: 0, count: size)
    let reason = bytes.withUnsafeBytes { bytes in
      output.withUnsafeMutableBytes { output in
        Deflate.unpack(
          UnsafeRawBufferPointer(rebasing: bytes[2..<bytes.count - 4]), into: output,
          announcedBy: "the shape of a chunk")
      }
    }
    if let reason { throw damaged("a chunk cannot be unpacked: \(reason)") }
    let expected = bytes.suffix(4).reduce(UInt(0)) { $0 << 8 | UInt($1) }
    let found = output.withUnsafeBufferPointer { output in
      stride(from: 0, to: size, by: 1 << 30).reduce(UInt(1)) { sum, start in
        UInt(
          adler32(
            uLong(sum), output.baseAddress.map { $0 + start }, uInt(min(1 << 30, size - start))))
      }
    }
    guard found == expected else { throw damaged("the checksum of a chunk is another") }
    return output
  }

  private static func unshuffled(_ bytes: [UInt8], _ elementSize: Int) -> [UInt8] {
    guard elementSize > 1 else { return bytes }
    let count = bytes.count / elementSize
    var result = bytes  // What is left over stays at the end.
    for byte in 0..<elementSize where count > 0 {
      for element in 0..<count {
        result[element * elementSize + byte] = bytes[byte * count + element]
      }
    }
    return result
  }
}
