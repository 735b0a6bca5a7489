// An .npy file: what is read is written and read again, and has to be the same.

func run(_ bytes: UnsafeBufferPointer<UInt8>) throws {
  let tensor = try NumpyFile(storage: ByteStorage(bytes), file: "f").tensor
  _ = tensor.doubles()
  let again = try? NumpyFile(storage: ByteStorage(NumpyFile(tensor).bytes()), file: "f").tensor
  // NumPy has no bfloat16.
  guard let again, isSame(tensor.forNumpy, again) else { fatalError("written, it reads otherwise") }
}
