// Stored tensors put through the operators that move numbers without changing them, as exporters
// leave them in a graph: slices and concatenations of weights, transposed matrices.

extension Tensor {
  /// The same numbers in another shape of equal size.
  func reshaped(_ shape: [Int]) -> Tensor {
    Tensor(type: type, shape: shape, storage: storage, offset: offset)
  }

  /// The entries at some indices of one axis, in their order.
  ///
  /// - Precondition: the axis exists and every index lies within it.
  func selecting(_ indices: [Int], axis: Int) -> Tensor {
    let inner = shape[(axis + 1)...].reduce(type.byteCount, *)
    let outer = shape[..<axis].reduce(1, *)
    var newShape = shape
    let size = shape[axis]
    newShape[axis] = indices.count
    guard count > 0, !indices.isEmpty else {
      return Tensor(type: type, shape: newShape, storage: ByteStorage([]))
    }
    let bytes = withUnsafeBytes { source in
      var bytes: [UInt8] = []
      bytes.reserveCapacity(outer * indices.count * inner)
      for row in 0..<outer {
        for index in indices {
          let start = (row * size + index) * inner
          bytes.append(contentsOf: source[start..<start + inner])
        }
      }
      return bytes
    }
    return Tensor(type: type, shape: newShape, storage: ByteStorage(bytes))
  }

  /// The axes in another order: axis k of the result is axis `order[k]`.
  ///
  /// - Precondition: `order` is a permutation of the axes.
  func transposed(_ order: [Int]) -> Tensor {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.reversed().dropFirst() {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    let newShape = order.map { shape[$0] }
    let newStrides = order.map { strides[$0] }
    let width = type.byteCount
    let bytes = withUnsafeBytes { source in
      var bytes: [UInt8] = []
      bytes.reserveCapacity(source.count)
      var index = [Int](repeating: 0, count: order.count)
      var start = 0
      for _ in 0..<count {
        bytes.append(contentsOf: source[start * width..<(start + 1) * width])
        for axis in order.indices.reversed() {
          index[axis] += 1
          start += newStrides[axis]
          if index[axis] < newShape[axis] { break }
          start -= index[axis] * newStrides[axis]
          index[axis] = 0
        }
      }
      return bytes
    }
    return Tensor(type: type, shape: newShape, storage: ByteStorage(bytes))
  }

  /// Tensors of one type, equal in all axes but one, behind each other along that axis.
  ///
  /// - Returns: nil where they do not fit or there is none.
  static func concatenating(_ tensors: [Tensor], axis: Int) -> Tensor? {
    guard let first = tensors.first, first.shape.indices.contains(axis) else { return nil }
    var shape = first.shape
    shape[axis] = 0
    for tensor in tensors {
      var other = tensor.shape
      guard tensor.type == first.type, other.count == shape.count else { return nil }
      let (size, overflow) = shape[axis].addingReportingOverflow(other[axis])
      other[axis] = 0
      let mine = shape.enumerated().map { $0.offset == axis ? 0 : $0.element }
      guard mine == other, !overflow else { return nil }
      shape[axis] = size
    }
    let outer = shape[..<axis].reduce(1, *)
    var bytes: [UInt8] = []
    // Empty tensors add nothing, and walking their rows could take long.
    let parts = tensors.filter { $0.count > 0 }
    for row in 0..<(parts.isEmpty ? 0 : outer) {
      for tensor in parts {
        let length = tensor.shape[axis...].reduce(tensor.type.byteCount, *)
        tensor.withUnsafeBytes { bytes.append(contentsOf: $0[row * length..<(row + 1) * length]) }
      }
    }
    return Tensor(type: first.type, shape: shape, storage: ByteStorage(bytes))
  }
}
