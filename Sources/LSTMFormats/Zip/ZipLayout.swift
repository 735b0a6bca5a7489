// Where everything in a zip file lies, found before a byte of it is written: for members of known sizes
// that are filled in any order, and whose checksums are known at the end. For members that are written one
// after the other there is ZipWriter.swift.

/// The plan of a zip file of stored members.
struct ZipLayout {
  /// Where the bytes of each member begin.
  let places: [Int]
  private let entries: [ZipEntry]
  private let directory: Int
  private let records: ZipRecords
  private let comment: [UInt8]
  private let alignment: Int

  /// Plans a file.
  ///
  /// - Parameters:
  ///   - members: a name and a number of bytes for each; names are unique and safe.
  ///   - comment: the text about the whole file.
  ///   - alignment: the first byte of a member lies at a multiple of this: a power of 2.
  init(
    _ members: [(name: String, size: Int)], comment: String = "", alignment: Int = 64,
    records: ZipRecords = ZipRecords()
  ) {
    var (places, entries, end): ([Int], [ZipEntry], Int) = ([], [], 0)
    for (name, size) in members {
      let entry = ZipEntry(
        name: Array(name.utf8), method: .stored, checksum: 0, compressedSize: UInt64(size),
        size: UInt64(size), header: UInt64(end))
      let place = end + records.header(entry, alignment: alignment).count
      places.append(place)
      entries.append(entry)
      end = place + size
    }
    (self.places, self.entries, directory) = (places, entries, end)
    (self.records, self.alignment) = (records, alignment)
    self.comment = Array(comment.utf8)
  }

  /// What is not a member's bytes: the headers and the directory, each with its place.
  ///
  /// - Parameter checksums: the CRC-32 of each member.
  func records(checksums: [UInt32]) -> [(place: Int, bytes: [UInt8])] {
    let entries = zip(entries, checksums).map { entry, checksum in
      var entry = entry
      entry.checksum = checksum
      return entry
    }
    return entries.map { (Int($0.header), records.header($0, alignment: alignment)) }
      + [(directory, records.ending(entries, at: UInt64(directory), comment: comment))]
  }
}
