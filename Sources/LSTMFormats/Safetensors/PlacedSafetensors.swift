// A safetensors file whose tensors are filled a piece at a time, each going on where it was left.

import LSTMCore

/// A safetensors file that is filled piece by piece.
final class PlacedSafetensors: PlacedArrays {
  private struct Filled {
    let place: Int
    let bytesOfPart: Int
    let type: NumberType
    var parts: [Int]
  }

  private let output: PlacedOutput
  private var arrays: [Filled]

  /// Begins a file.
  ///
  /// - Throws: ``SafetensorsError``, or ``LSTMFormatsError/unwritableFile(_:reason:)``.
  init(_ arrays: [PlacedArray], metadata: [String: String], to place: OutputPlace) throws {
    let (header, order) = try SafetensorsFile.header(
      arrays.map { ($0.name, SafetensorsType($0.type), $0.shape) }, metadata, file: place.name)
    var places = [Int](repeating: 0, count: arrays.count)
    var next = header.count
    for index in order {
      places[index] = next
      next += arrays[index].shape.reduce(arrays[index].type.byteCount, *)
    }
    self.arrays = zip(arrays, places).map { array, place in
      Filled(
        place: place,
        bytesOfPart: array.shape.reduce(array.type.byteCount, *) / array.parts, type: array.type,
        parts: [Int](repeating: 0, count: array.parts))
    }
    output = try PlacedOutput(place)
    try header.withUnsafeBytes { try output.write($0, at: 0) }
  }

  func append<Scalar: BinaryFloatingPoint>(
    _ numbers: UnsafeBufferPointer<Scalar>, to index: Int, part: Int
  ) throws {
    try numbers.withStoredBytes(as: arrays[index].type) { bytes in
      let array = arrays[index]
      precondition(
        array.parts[part] + bytes.count <= array.bytesOfPart, "a part takes what was announced")
      try output.write(bytes, at: array.place + part * array.bytesOfPart + array.parts[part])
      arrays[index].parts[part] += bytes.count
    }
  }

  func finish() throws {
    for array in arrays {
      precondition(array.parts.allSatisfy { $0 == array.bytesOfPart }, "every part is filled")
    }
    try output.finish()
  }
}
