// fuzz: Bytes Tensors NumPy Zip NearestName.swift LSTMFormatsError.swift
// An .npy file: what is read is written and read again, and has to be the same.

func run(_ bytes: UnsafeBufferPointer<UInt8>) throws {
  let tensor = try NumpyFile.parse(ByteStorage(bytes), file: "f")
  _ = tensor.doubles()
  let again = try? NumpyFile.parse(ByteStorage(NumpyFile.bytes(of: tensor)), file: "f")
  // NumPy has no bfloat16.
  guard let again, isSame(tensor.forNumpy, again) else { fatalError("written, it reads otherwise") }
}
