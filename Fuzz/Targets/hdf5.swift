// An HDF5 file: all numbers and texts are read, and what is read is written, and has to be read
// again as the same.

/// Copies what can be read of a group; links may lead in circles.
private func copy(_ node: HDF5Node, depth: Int, left: inout Int) throws -> HDF5Group {
  var group = HDF5Group()
  for name in ["t", "model_config", "layer_names", "weight_names"] {
    if let texts = attempt({ try node.splitTexts(name) }) ?? nil, texts.count < 4000 {
      group.attributes.append((name, .list(texts.map { String($0.prefix { $0 != "\0" }) })))
    }
  }
  for name in try node.file.links(of: node).keys.sorted() where left > 0 {
    left -= 1
    guard !name.isEmpty, name != ".", !name.contains("/"), !name.utf8.contains(0),
      let child = attempt({ try node.node(name) })
    else { continue }
    if child.isDataset {
      guard let tensor = attempt({ try child.tensor() }), tensor.type.isFloatingPoint else {
        continue
      }
      _ = tensor.doubles()
      group.datasets[name] = HDF5Numbers(tensor: tensor)
    } else if depth < 4 {
      group.groups[name] = attempt { try copy(child, depth: depth + 1, left: &left) }
    }
  }
  return group
}

/// What some code gives, or nil where it throws an error of a few lines.
private func attempt<Result>(_ code: () throws -> Result) -> Result? {
  do {
    return try code()
  } catch {
    precondition("\(error)".split(separator: "\n").count <= 3, "an error has three lines at most")
    return nil
  }
}

private func check(_ group: HDF5Group, _ node: HDF5Node) throws {
  for (name, text) in group.attributes {
    let texts = try node.splitTexts(name)
    precondition(texts == text.all, "texts come back")
  }
  for (name, inner) in group.groups { try check(inner, node.node(name)) }
  for (name, numbers) in group.datasets {
    let (old, new) = (numbers.tensor, try node.node(name).tensor())
    precondition(isSame(old, new), "numbers come back")
  }
}

func run(_ bytes: UnsafeBufferPointer<UInt8>) throws {
  var left = 200
  let group = try copy(
    HDF5File.root(of: ByteStorage(bytes), file: "f"), depth: 0, left: &left)
  guard (try? check(group, HDF5File.root(of: ByteStorage(HDF5Writer.bytes(of: group)), file: "f")))
    != nil
  else { fatalError("written, it is not read") }
}
