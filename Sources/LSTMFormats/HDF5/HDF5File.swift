// One HDF5 file while it is read: where its bytes are, what was found so far, and how much may
// still be looked at. What stands in the bytes is read by the other files of this folder, after the
// HDF5 File Format Specification, version 3.0.
//
// Nobody vouches for the bytes. Every read is checked against the end (HDF5Cursor.swift); whatever
// could lead in circles, lie on top of itself or grow without end runs into one of three limits
// that are kept here.

/// An HDF5 file that is being read. It belongs to one reader; nothing of it is shared.
final class HDF5File {
  /// The name of the file, for errors.
  let name: String
  /// Where the bytes are; ``range`` of them are the file.
  let storage: ByteStorage
  let range: Range<Int>
  /// The bytes that an address takes, and those that a length does.
  var addressSize = 8
  var lengthSize = 8

  /// Headers, links and heaps by the address at which they stand, so that each is read once.
  var headers: [Int: HDF5ObjectHeader] = [:]
  var links: [Int: [String: HDF5Link]] = [:]
  var heaps: [Int: [Int: Range<Int>]] = [:]

  /// The bytes of structures that may still be looked at. Each is needed once or twice, whatever
  /// the file: only one whose parts refer to each other again and again needs more.
  private var structureLeft: Int
  /// The bytes of numbers that may still be handed out: those of a file lie side by side.
  private var numbersLeft: Int
  /// The bytes that may still be unpacked or turned around.
  private var memoryLeft: Int

  /// A file may grow to this many times what it takes on disk, as a zip file may.
  static let greatestGrowth = ZipArchive.greatestGrowth
  /// That many bytes more are always allowed: small files compress well.
  static let harmless = 1 << 20

  /// Takes bytes for a file; ``root(of:range:file:)`` reads its first ones.
  init(_ storage: ByteStorage, range: Range<Int>, name: String) {
    (self.storage, self.range, self.name) = (storage, range, name)
    structureLeft = 8 * range.count + 1 << 16
    numbersLeft = range.count
    memoryLeft = Self.greatestGrowth * range.count + Self.harmless
  }

  /// The number of bytes.
  var count: Int { range.count }

  /// Lends the bytes.
  func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result
  {
    try storage.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
  }

  /// An error at a place of this file.
  func error(_ problem: HDF5Error.Problem, _ place: String, at offset: Int? = nil) -> HDF5Error {
    HDF5Error(file: name, place: place, offset: offset, problem: problem)
  }

  // MARK: - Limits

  /// Counts bytes of structures that are about to be looked at.
  func look(at count: Int, _ place: String, offset: Int) throws {
    guard count <= structureLeft else {
      throw error(.damaged("its parts refer to one another in circles"), place, at: offset)
    }
    structureLeft -= count
  }

  /// Counts bytes of numbers that are about to be handed out.
  func take(numbers count: Int, _ place: String, offset: Int) throws {
    guard count <= numbersLeft else {
      throw error(
        .damaged("its numbers lie where those of other datasets do"), place, at: offset)
    }
    numbersLeft -= count
  }

  /// Counts bytes of memory that are about to be filled with what is unpacked.
  func take(memory count: Int, _ place: String, offset: Int) throws {
    guard count <= memoryLeft else {
      throw error(.tooLarge(size: count, fileSize: self.count), place, at: offset)
    }
    memoryLeft -= count
  }
}
