// fuzz: Bytes Tensors Safetensors NumPy Zip NearestName.swift LSTMFormatsError.swift
// A safetensors file: what is read is written and read again, and has to be the same.

/// Reads every tensor of a file, and again from what is written of it.
private func read(_ bytes: UnsafeBufferPointer<UInt8>) throws {
  let file = try SafetensorsFile(ByteStorage(bytes), file: "f")
  for entry in file.archive.entries { _ = entry.tensor.doubles() }
  let written = try SafetensorsFile.bytes(of: file.archive)
  guard let again = try? SafetensorsFile(ByteStorage(written), file: "f"),
    again.archive.metadata == file.archive.metadata,
    again.archive.entries.count == file.archive.entries.count
  else { fatalError("written, it reads otherwise") }
  for entry in file.archive.entries {
    guard let found = try? again.tensor(entry.name), found.type == entry.tensor.type,
      found.shape == entry.tensor.shape,
      entry.tensor.withUnsafeBytes({ left in found.withUnsafeBytes { left.elementsEqual($0) } })
    else { fatalError("written, it reads otherwise") }
  }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  do {
    try read(UnsafeBufferPointer(start: start, count: count))
  } catch {
    precondition("\(error)".split(separator: "\n").count <= 3, "an error has three lines at most")
  }
  return 0
}
