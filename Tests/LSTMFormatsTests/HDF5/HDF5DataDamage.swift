// The forgeries of text, numbers and chunks.

@testable import LSTMFormats

extension HDF5Damage {
  static let texts: [HDF5Damage] = [
    HDF5Damage(
      "a text of an unknown version", reads: ":t",
      "'f': the root (at byte 6432) is damaged: an attribute has the unknown version "
        + "9.\nCopy or save the file again."
    ) { $0[$0.textMessage] = 9 },
    HDF5Damage(
      "a text whose name is longer", reads: ":t",
      "'f': the root (at byte 6440) is damaged: an attribute ends too early.\nCopy or "
        + "save the file again."
    ) {
      $0.put(60000, 2, at: $0.textMessage + 2)
    },
    HDF5Damage(
      "a text of numbers", reads: ":t",
      "'f': the attribute 't' of the root (at byte 6448) is not text."
    ) { $0[$0.textMessage + 16] = 0x11 },
    HDF5Damage(
      "a text of 40 dimensions", reads: ":t",
      "'f': the root (at byte 6480) is damaged: the attribute 't' has 40 "
        + "dimensions.\nCopy or save the file again."
    ) { $0[$0.textMessage + 41] = 40 },
    HDF5Damage(
      "a list of more texts than there are", reads: ":t",
      "'f': the root (at byte 6480) is damaged: the attribute 't' ends too "
        + "early.\nCopy or save the file again."
    ) {
      $0.put(17, 4, at: $0.textMessage + 20)
    },
    HDF5Damage(
      "a text that is not in the heap", reads: ":t",
      "'f': the root (at byte 6484) is damaged: the attribute 't' refers to text 2 of "
        + "the heap at byte 96, which lacks it.\nCopy or save the file again."
    ) {
      $0.put(2, 4, at: $0.textMessage + 48 + 12)
    },
    HDF5Damage(
      "a text longer than in the heap", reads: ":t",
      "'f': the root (at byte 6484) is damaged: the attribute 't' refers to text 1 of "
        + "the heap at byte 96, which lacks it.\nCopy or save the file again."
    ) {
      $0.put(5, 4, at: $0.textMessage + 48)
    },
    HDF5Damage(
      "a heap of other letters", reads: ":t",
      "'f': the root (at byte 96) is damaged: the heap of its text does not begin with "
        + "'GCOL'.\nCopy or save the file again."
    ) { $0[$0.place(of: "GCOL")] = 0x55 },
    HDF5Damage(
      "a heap smaller than its head", reads: ":t",
      "'f': the root (at byte 104) is damaged: the heap of its text has a size of "
        + "8.\nCopy or save the file again."
    ) {
      $0.put(8, 8, at: $0.place(of: "GCOL") + 8)
    },
    HDF5Damage(
      "a text larger than the heap", reads: ":t",
      "'f': the root (at byte 128) is damaged: the heap of its text ends too "
        + "early.\nCopy or save the file again."
    ) {
      $0.put(1 << 40, 8, at: $0.place(of: "GCOL") + 24)
    },
  ]

  static let datasets: [HDF5Damage] = [
    HDF5Damage(
      "no type",
      "'f': 'g/d' (at byte 4216) is damaged: its header has no type of numbers.\nCopy "
        + "or save the file again."
    ) { $0.put(0, 2, at: $0.message(0x03, size: 24) - 8) },
    HDF5Damage(
      "no shape",
      "'f': 'g/d' (at byte 4216) is damaged: its header has no shape.\nCopy or save "
        + "the file again."
    ) { $0.put(0, 2, at: $0.message(0x01, size: 24) - 8) },
    HDF5Damage(
      "no layout",
      "'f': 'g/d' (at byte 4216) is not a dataset."
    ) { $0.put(0, 2, at: $0.message(0x08, size: 24) - 8) },
    HDF5Damage(
      "a shape of an unknown version",
      "'f': 'g/d' (at byte 4240) is damaged: its shape has the unknown version "
        + "3.\nCopy or save the file again."
    ) { $0[$0.message(0x01, size: 24)] = 3 },
    HDF5Damage(
      "a shape of 33 dimensions",
      "'f': 'g/d' (at byte 4248) is damaged: its shape has 33 dimensions.\nCopy or "
        + "save the file again."
    ) { $0[$0.message(0x01, size: 24) + 1] = 33 },
    HDF5Damage(
      "a shape without an end",
      "'f': 'g/d' (at byte 4264) is damaged: its shape ends too early.\nCopy or save "
        + "the file again."
    ) { $0[$0.message(0x01, size: 24) + 1] = 3 },
    HDF5Damage(
      "more numbers than stored",
      "'f': 'g/d' (at byte 4320) is damaged: 24 bytes are stored, but its shape and "
        + "type need 48.\nCopy or save the file again."
    ) { $0.put(4, 8, at: $0.message(0x01, size: 24) + 8) },
    HDF5Damage(
      "more numbers than a computer has",
      "'f': 'g/d' (at byte 4240) has the shape [1125899906842624, 3], which is none of "
        + "a weight."
    ) {
      $0.put(1 << 50, 8, at: $0.message(0x01, size: 24) + 8)
    },
    HDF5Damage(
      "numbers beyond the end",
      "'f': 'g/d' (at byte 6480) is damaged: its numbers would end beyond the file's "
        + "6496 bytes.\nCopy or save the file again."
    ) { bytes in
      bytes.put(bytes.count - 16, 8, at: bytes.message(0x08, size: 24) + 2)
    },
    HDF5Damage(
      "numbers never written",
      "'f': 'g/d' (at byte 4320) declares 24 bytes of numbers that are not in the "
        + "file.\nThey were never written: save the model again."
    ) { $0.put(-1, 8, at: $0.message(0x08, size: 24) + 2) },
    HDF5Damage(
      "numbers that lie on others", reads: "g/d g/e",
      "'f': 'g/e' (at byte 96) is damaged: its numbers lie where those of other "
        + "datasets do.\nCopy or save the file again."
    ) { bytes in
      // The link to "e" leads to "d", which alone takes more than half of the file.
      var root = HDF5Group()
      root.add(HDF5Numbers(tensor: patterned(.float32, [40, 30])), at: ["g", "d"])
      root.add(HDF5Numbers(tensor: patterned(.float32, [1])), at: ["g", "e"])
      bytes = HDF5Writer.bytes(of: root)
      let links = bytes.place(of: "SNOD") + 8
      bytes.put(bytes.number(at: links + 8), 8, at: links + 48)
    },
    HDF5Damage(
      "numbers of complex type",
      "'f': the numbers of 'g/d' (at byte 4272) are of a type that is not read.\nRead "
        + "are float16, bfloat16, float32 and float64: save the model as one of them."
    ) { $0[$0.message(0x03, size: 24)] = 0x16 },
    HDF5Damage(
      "numbers with another exponent",
      "'f': the numbers of 'g/d' (at byte 4272) are of a type that is not read.\nRead "
        + "are float16, bfloat16, float32 and float64: save the model as one of them."
    ) { $0[$0.message(0x03, size: 24) + 13] = 7 },
    HDF5Damage(
      "an old layout",
      "'f': 'g/d' (at byte 4320) has a layout of version 1, which is not "
        + "read.\nRewrite the file in a form that is: h5repack -f NONE -l CONTI OLD NEW"
    ) { $0[$0.message(0x08, size: 24)] = 1 },
    HDF5Damage(
      "a layout of an unknown class",
      "'f': 'g/d' (at byte 4320) is damaged: its layout is of the unknown class "
        + "9.\nCopy or save the file again."
    ) { $0[$0.message(0x08, size: 24) + 1] = 9 },
  ]

  static let chunks: [HDF5Damage] = [
    HDF5Damage(
      "chunks of no numbers", in: chunked, reads: "data",
      "'f': 'data' (at byte 1008) is damaged: its chunks are [0, 2, 4], but its shape "
        + "and type are others.\nCopy or save the file again."
    ) {
      $0.put(0, 4, at: $0.chunkLayout + 11)
    },
    HDF5Damage(
      "chunks of another rank", in: chunked, reads: "data",
      "'f': 'data' (at byte 1008) is damaged: its chunks are [2, 2], but its shape and "
        + "type are others.\nCopy or save the file again."
    ) {
      $0[$0.chunkLayout + 2] = 2
    },
    HDF5Damage(
      "a chunk where none can be", in: chunked, reads: "data",
      "'f': 'data' (at byte 4016) is damaged: a chunk begins at [1, 0], where none "
        + "can.\nCopy or save the file again."
    ) {
      $0.put(1, 8, at: $0.chunkKey + 8)
    },
    HDF5Damage(
      "a chunk beyond the shape", in: chunked, reads: "data",
      "'f': 'data' (at byte 4016) is damaged: a chunk begins at [4, 0], where none "
        + "can.\nCopy or save the file again."
    ) {
      $0.put(4, 8, at: $0.chunkKey + 8)
    },
    HDF5Damage(
      "two chunks at one place", in: chunked, reads: "data",
      "'f': 'data' (at byte 4038) is damaged: two chunks begin at [0, 2].\nCopy or "
        + "save the file again."
    ) {
      $0.put(2, 8, at: $0.chunkKey + 16)
    },
    HDF5Damage(
      "a chunk too few", in: chunked, reads: "data",
      "'f': 'data' (at byte 1008) declares 64 bytes of numbers that are not in the "
        + "file.\nThey were never written: save the model again."
    ) {
      $0.put(3, 2, at: $0.chunkKey - 18)
    },
    HDF5Damage(
      "a chunk as long as anything", in: chunked, reads: "data",
      "'f': 'data' (at byte 4016) is damaged: a chunk would end beyond the file's 4102 "
        + "bytes.\nCopy or save the file again."
    ) {
      $0.put(1 << 30, 4, at: $0.chunkKey)
    },
    HDF5Damage(
      "a chunk of another checksum", in: chunked, reads: "data",
      "'f': 'data' (at byte 4016) is damaged: the checksum of a chunk is "
        + "another.\nCopy or save the file again."
    ) { bytes in
      bytes[bytes.chunk + 3] ^= 1
    },
    HDF5Damage(
      "a chunk shorter than its checksum", in: chunked, reads: "data",
      "'f': 'data' (at byte 4016) is damaged: a chunk lacks its checksum.\nCopy or "
        + "save the file again."
    ) {
      $0.put(3, 4, at: $0.chunkKey)
    },
    HDF5Damage(
      "a chunk said to have no checksum", in: chunked, reads: "data",
      "'f': 'data' (at byte 4016) is damaged: a chunk cannot be unpacked: bytes follow "
        + "the end of its compressed bytes.\nCopy or save the file again."
    ) {
      $0.put(4, 4, at: $0.chunkKey + 4)
    },
    HDF5Damage(
      "a chunk said to be stored as it is", in: chunked, reads: "data",
      "'f': 'data' (at byte 4016) is damaged: a chunk has 22 bytes in place of "
        + "16.\nCopy or save the file again."
    ) {
      $0.put(7, 4, at: $0.chunkKey + 4)
    },
    HDF5Damage(
      "chunks as large as memory", in: chunked, reads: "data",
      "'f': 'data' (at byte 1008) would grow to 4503599627370496 bytes in memory, too "
        + "many for a file of 4102: refused.\nIf it is meant, save the model uncompressed."
    ) { bytes in
      bytes.put(1 << 30, 4, at: bytes.chunkLayout + 11)
      bytes.put(1 << 20, 4, at: bytes.chunkLayout + 15)
      bytes.put(1, 2, at: bytes.chunkKey - 18)
    },
    HDF5Damage(
      "forty filters", in: chunked, reads: "data",
      "'f': 'data' (at byte 922) is damaged: its list of filters has 40 filters.\nCopy "
        + "or save the file again."
    ) { bytes in
      bytes[bytes.filterList + 1] = 40
    },
    HDF5Damage(
      "elements shuffled that are longer than a chunk", in: chunked, reads: "data",
      "'f': 'data' (at byte 928) is damaged: its list of filters shuffles elements of 4278190084 "
        + "bytes, but its numbers have 4.\nCopy or save the file again."
    ) { bytes in
      bytes[bytes.filterList + 27] = 0xFF
    },
    HDF5Damage(
      "an unknown filter", in: chunked, reads: "data",
      "'f': 'data' (at byte 928) has the filter 99, which is not read.\nSave the model "
        + "again with Keras: it writes none."
    ) { bytes in
      bytes.put(99, 2, at: bytes.filterList + 8)
    },
    HDF5Damage(
      "not zlib's bytes", in: .made("chunked.h5"), reads: "data",
      "'f': 'data' (at byte 4016) is damaged: the compressed bytes of a chunk are not "
        + "zlib's.\nCopy or save the file again."
    ) { bytes in
      // Without Fletcher's checksum, which would be the first to differ.
      bytes.skipFletcher()
      bytes[bytes.chunk] = 0
    },
    HDF5Damage(
      "compressed bytes that are none", in: .made("chunked.h5"), reads: "data",
      "'f': 'data' (at byte 4016) is damaged: a chunk cannot be unpacked: its "
        + "compressed bytes are not valid.\nCopy or save the file again."
    ) {
      bytes in
      bytes.skipFletcher()
      bytes[bytes.chunk + 2] = 0xFF
    },
    HDF5Damage(
      "unpacked numbers of another checksum", in: .made("chunked.h5"), reads: "data",
      "'f': 'data' (at byte 4016) is damaged: the checksum of a chunk is "
        + "another.\nCopy or save the file again."
    ) {
      bytes in
      bytes.skipFletcher()
      bytes[bytes.chunk + bytes.storedSize - 1] ^= 1
    },
  ]

  private static let chunked: Source = .made("chunked.h5")
}

extension [UInt8] {
  fileprivate var textMessage: Int { message(0x0C, size: 64) }
  fileprivate var chunkLayout: Int { message(0x08, size: 24) }
  fileprivate var filterList: Int { place(of: "shuffle") - 16 }
  /// The first key of the tree of chunks.
  fileprivate var chunkKey: Int { place(of: "TREE", 1) + 24 }
  fileprivate var chunk: Int { number(at: chunkKey + 32) }
  fileprivate var storedSize: Int { number(at: chunkKey) & 0xFFFF_FFFF }
  /// The first chunk as if it had no Fletcher's checksum: it is the third filter, at the end.
  fileprivate mutating func skipFletcher() {
    put(4, 4, at: chunkKey + 4)
    put(storedSize - 4, 4, at: chunkKey)
  }
}
