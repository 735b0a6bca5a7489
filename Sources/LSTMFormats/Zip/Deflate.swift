// The three things that are asked of zlib: unpack into exactly as many bytes as were announced,
// pack, and a checksum. Raw DEFLATE as zip files hold it, without zlib's own header.

import CZlib

enum Deflate {
  /// zlib counts the bytes of one call in 32 bits.
  private static let mostAtOnce = 1 << 30

  /// The CRC-32 of bytes, going on from the checksum of what was before them.
  static func checksum(_ bytes: UnsafeRawBufferPointer, after start: UInt32 = 0) -> UInt32 {
    var sum = uLong(start)
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest.prefix(mostAtOnce))
      sum = crc32(sum, part.bindMemory(to: Bytef.self).baseAddress, uInt(part.count))
      rest = rest.dropFirst(part.count)
    }
    return UInt32(truncatingIfNeeded: sum)
  }

  /// Unpacks bytes that have to fill the output exactly; never writes more.
  ///
  /// - Parameter announcer: what says how many bytes they become, for what is wrong.
  /// - Returns: nil, or what is wrong.
  static func unpack(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer,
    announcedBy announcer: String = "the directory"
  ) -> String? {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, size) == Z_OK else {
      return "zlib refused to start"
    }
    defer { inflateEnd(&stream) }
    var taken = 0
    var written = 0
    var spare: UInt8 = 0  // where a byte too many shows
    while true {
      let offered = min(mostAtOnce, input.count - taken)
      let room = min(mostAtOnce, output.count - written)
      let part = UnsafeRawBufferPointer(rebasing: input[taken..<taken + offered])
      let place = UnsafeMutableRawBufferPointer(rebasing: output[written..<written + room])
      stream.next_in = UnsafeMutablePointer(
        mutating: part.bindMemory(to: Bytef.self).baseAddress)
      stream.avail_in = uInt(offered)
      let isFull = room == 0
      let status = withUnsafeMutablePointer(to: &spare) { spare in
        stream.next_out = isFull ? spare : place.bindMemory(to: Bytef.self).baseAddress
        stream.avail_out = isFull ? 1 : uInt(room)
        return inflate(&stream, Z_NO_FLUSH)
      }
      let newlyTaken = offered - Int(stream.avail_in)
      let newlyWritten = (isFull ? 1 : room) - Int(stream.avail_out)
      if isFull, newlyWritten > 0 { return "it holds more bytes than \(announcer) says" }
      taken += newlyTaken
      written += newlyWritten
      if status == Z_STREAM_END { break }
      guard status == Z_OK, newlyTaken > 0 || newlyWritten > 0 else {
        return status == Z_OK || status == Z_BUF_ERROR
          ? "its compressed bytes end too early" : "its compressed bytes are not valid"
      }
    }
    if written < output.count { return "it holds fewer bytes than \(announcer) says" }
    if taken < input.count { return "bytes follow the end of its compressed bytes" }
    return nil
  }

  /// Packs bytes; the same bytes always give the same result with the same zlib.
  static func pack(_ input: UnsafeRawBufferPointer) -> [UInt8]? {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard
      deflateInit2_(
        &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY,
        ZLIB_VERSION, size) == Z_OK
    else { return nil }
    defer { deflateEnd(&stream) }
    var packed: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    var taken = 0
    while true {
      let offered = min(mostAtOnce, input.count - taken)
      let part = UnsafeRawBufferPointer(rebasing: input[taken..<taken + offered])
      stream.next_in = UnsafeMutablePointer(mutating: part.bindMemory(to: Bytef.self).baseAddress)
      stream.avail_in = uInt(offered)
      let isLast = taken + offered == input.count
      let (status, count) = block.withUnsafeMutableBufferPointer { block in
        stream.next_out = block.baseAddress
        stream.avail_out = uInt(block.count)
        let status = deflate(&stream, isLast ? Z_FINISH : Z_NO_FLUSH)
        return (status, block.count - Int(stream.avail_out))
      }
      packed += block[..<count]
      taken += offered - Int(stream.avail_in)
      if status == Z_STREAM_END { return packed }
      guard status == Z_OK || status == Z_BUF_ERROR else { return nil }
    }
  }
}
