// A safetensors file: what is read is written and read again, and has to be the same.

func run(_ bytes: UnsafeBufferPointer<UInt8>) throws {
  let file = try SafetensorsFile(storage: ByteStorage(bytes), file: "f")
  for entry in file.archive.entries { _ = entry.tensor.doubles() }
  let written = try SafetensorsFile(file.archive).bytes()
  guard let again = try? SafetensorsFile(storage: ByteStorage(written), file: "f"),
    again.archive.metadata == file.archive.metadata,
    again.archive.entries.count == file.archive.entries.count
  else { fatalError("written, it reads otherwise") }
  for entry in file.archive.entries {
    guard let found = try? again.tensor(entry.name), isSame(found, entry.tensor) else {
      fatalError("written, it reads otherwise")
    }
  }
}
