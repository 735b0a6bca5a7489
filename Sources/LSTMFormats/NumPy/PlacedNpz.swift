// An .npz file whose arrays are filled a piece at a time, each going on where it was left: the shapes are
// known before the first number, and so is where everything lies. Checksums are put in at the end.

import CZlib
import LSTMCore

/// An .npz file that is filled piece by piece.
final class PlacedNpz: PlacedArrays {
  private struct Filled {
    /// Where the numbers of the array begin.
    let place: Int
    let bytesOfPart: Int
    let headerChecksum: UInt32
    let type: NumberType
    /// How many bytes of each part are there, and their checksum.
    var parts: [(count: Int, checksum: UInt32)]
  }

  private let output: PlacedOutput
  private let layout: ZipLayout
  private var arrays: [Filled] = []

  /// Begins a file.
  ///
  /// - Parameter comment: a text about the whole file, at its end.
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  init(_ arrays: [PlacedArray], comment: String, to place: OutputPlace) throws {
    let headers = arrays.map { array in
      NumpyHeader(type: array.type, shape: array.shape).bytes(version: .one)
    }
    let sizes = arrays.map { $0.shape.reduce($0.type.byteCount, *) }
    layout = ZipLayout(
      arrays.indices.map { ("\(arrays[$0].name).npy", headers[$0].count + sizes[$0]) },
      comment: comment)
    output = try PlacedOutput(place)
    for (index, array) in arrays.enumerated() {
      let (header, place) = (headers[index], layout.places[index])
      try header.withUnsafeBytes { try output.write($0, at: place) }
      self.arrays.append(
        Filled(
          place: place + header.count, bytesOfPart: sizes[index] / array.parts,
          headerChecksum: header.withUnsafeBytes { Deflate.checksum($0) }, type: array.type,
          parts: Array(repeating: (0, 0), count: array.parts)))
    }
  }

  /// Appends numbers to a part of an array, rounded to its type.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  func append<Scalar: BinaryFloatingPoint>(
    _ numbers: UnsafeBufferPointer<Scalar>, to index: Int, part: Int
  ) throws {
    try numbers.withStoredBytes(as: arrays[index].type) { bytes in
      let array = arrays[index]
      let (count, checksum) = array.parts[part]
      precondition(count + bytes.count <= array.bytesOfPart, "a part takes what was announced")
      try output.write(bytes, at: array.place + part * array.bytesOfPart + count)
      arrays[index].parts[part] = (
        count + bytes.count, Deflate.checksum(bytes, after: checksum)
      )
    }
  }

  /// Writes what stands around the arrays, and puts the file in its place.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)`` or ``BrokenPipe``.
  func finish() throws {
    let checksums = arrays.map { array in
      array.parts.reduce(array.headerChecksum) { sum, part in
        precondition(part.count == array.bytesOfPart, "every part is filled")
        return UInt32(
          truncatingIfNeeded: crc32_combine(
            uLong(sum), uLong(part.checksum), numericCast(part.count)))
      }
    }
    for (place, bytes) in layout.records(checksums: checksums) {
      try bytes.withUnsafeBytes { try output.write($0, at: place) }
    }
    try output.finish()
  }
}
