// fuzz: Bytes Tensors NumPy Zip NearestName.swift LSTMFormatsError.swift
// An .npy file: what is read is written and read again, and has to be the same.

/// Whether two tensors are the same, bit for bit; NumPy has no bfloat16.
private func isSame(_ left: Tensor, _ right: Tensor) -> Bool {
  let left = left.forNumpy
  return left.type == right.type && left.shape == right.shape
    && left.withUnsafeBytes { bytes in right.withUnsafeBytes { bytes.elementsEqual($0) } }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  do {
    let storage = ByteStorage(UnsafeBufferPointer(start: start, count: count))
    let tensor = try NumpyFile.parse(storage, file: "f")
    _ = tensor.doubles()
    let again = try? NumpyFile.parse(ByteStorage(NumpyFile.bytes(of: tensor)), file: "f")
    guard let again, isSame(tensor, again) else { fatalError("written, it reads otherwise") }
  } catch {
    precondition("\(error)".split(separator: "\n").count <= 3, "an error has three lines at most")
  }
  return 0
}
