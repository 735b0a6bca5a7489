// A PyTorch file: what is read is written and read again, and has to be the same. The first byte
// says what the others are, so that the fuzzer need not find checksums and headers: a whole file,
// the pickle of a zip archive, or that of a legacy file. Fuzz/Seeds/pytorch.py makes such inputs
// of the fixtures: python Fuzz/Seeds/pytorch.py Fuzz/.build/pytorch/corpus

func run(_ bytes: UnsafeBufferPointer<UInt8>) throws {
  guard let kind = bytes.first else { return }
  let rest = Array(bytes.dropFirst())
  let file =
    switch kind & 3 {
    case 1: zip(pickle: rest, byteOrder: kind & 4 == 0 ? "little" : "big")
    case 2: legacy(pickle: rest)
    default: rest
    }
  let archive = try PyTorchFile(storage: ByteStorage(file), file: "f").archive
  var numbers = 0
  for entry in archive.entries {
    // Tensors may share a storage as often as they like; looking at each is for small ones.
    numbers += entry.tensor.count
    if numbers > 1 << 16 { return }
    _ = entry.tensor.doubles()
  }
  let names = archive.entries.map(\.name)
  guard let written = try? PyTorchFile(archive).bytes(),
    let again = try? PyTorchFile(storage: ByteStorage(written), file: "again.pt").archive
  else {
    preconditionFailure("what was read can be written and read again")
  }
  precondition(again.entries.map(\.name) == names, "names come back")
  for (old, new) in Swift.zip(archive.entries, again.entries) {
    precondition(isSame(old.tensor, new.tensor), "shapes and numbers come back")
  }
}

/// A zip archive around a pickle, with the storages of lstm.pt among the fixtures.
private func zip(pickle: [UInt8], byteOrder: String) -> [UInt8] {
  let bytes = try? ByteOutput.bytes { output in
    var zip = ZipWriter(output)
    let members: [(String, [UInt8])] = [
      ("a/data.pkl", pickle), ("a/byteorder", Array(byteOrder.utf8)),
      ("a/data/0", Array(0..<96)), ("a/data/1", Array(0..<144)), ("a/data/2", Array(0..<48)),
      ("a/data/3", Array(0..<48)), ("a/data/4", Array(0..<8)), ("a/data/5", []),
    ]
    for (name, content) in members {
      try content.withUnsafeBytes { try zip.add(name, $0) }
    }
    try zip.finish()
  }
  return bytes ?? []
}

/// A legacy file around a pickle, with storage 0 of 24 numbers of 4 bytes, as in shared.pt.
private func legacy(pickle: [UInt8]) -> [UInt8] {
  let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
  let version: [UInt8] = [0x80, 2, 0x4D, 0xE9, 0x03, 0x2E, 0x80, 2, 0x7D, 0x2E]
  let keys = Array("]X\u{1}\u{0}\u{0}\u{0}0a.".utf8)
  return [0x80, 2, 0x8A, 10] + magic + [0x2E] + version + pickle + [0x80, 2] + keys
    + [24, 0, 0, 0, 0, 0, 0, 0] + Array(0..<96)
}
