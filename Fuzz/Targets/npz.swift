// An .npz file, and so any zip file: its members are unpacked, and the arrays that are read are
// written and read again, and have to be the same.

func run(_ bytes: UnsafeBufferPointer<UInt8>) throws {
  let storage = ByteStorage(bytes)
  let zip = try ZipArchive(storage, file: "f")
  for member in zip.members { _ = try? zip.data(of: member) }
  let file = try NpzFile(storage: storage, file: "f")
  var entries: [(String, Tensor)] = []
  for name in file.names {
    do {
      let tensor = try file.tensor(name)
      _ = tensor.doubles()
      // One whose bare name ends in .npy again would be found under another name.
      if !name.hasSuffix(".npy") { entries.append((name, tensor)) }
    } catch {
      precondition(
        "\(error)".split(separator: "\n").count <= 3, "an error has three lines at most")
    }
  }
  let written = try NpzFile(TensorArchive(entries)).bytes()
  let again = try? NpzFile(storage: ByteStorage(written), file: "f").archive()
  guard let again, again.entries.count == entries.count else {
    fatalError("written, it reads otherwise")
  }
  for ((name, tensor), found) in Swift.zip(entries, again.entries) {
    precondition(
      name == found.name && isSame(tensor.forNumpy, found.tensor), "written, it reads otherwise")
  }
}
