// Tensors that reach where they must not, and small files that would take much memory or time.

extension PickleAbuse {
  static let windows: [PickleAbuse] = [
    PickleAbuse("one number too many", window([7], [1]), outside(6)),
    PickleAbuse("an offset beyond the end", window([1], [1], offset: 6), outside(6)),
    PickleAbuse("an offset far beyond the end", window([1], [1], offset: .max), outside(.max)),
    PickleAbuse("a long stride", window([2, 2], [5, 1]), outside(6)),
    PickleAbuse(
      "a negative stride", window([2], [-1], offset: 1),
      bad("a negative size, stride or offset")),
    PickleAbuse(
      "a negative offset", window([1], [1], offset: -1),
      bad("a negative size, stride or offset")),
    PickleAbuse("a negative size", window([-1], [1]), bad("a negative size, stride or offset")),
    PickleAbuse(
      "two negative sizes", window([-2, -3], [3, 1]),
      bad("a negative size, stride or offset")),
    PickleAbuse(
      "a stride that overflows", window([3], [.max / 2 + 1]),
      bad("an offset and strides that reach farther than can be counted")),
    PickleAbuse(
      "a sum that overflows", window([2], [.max], offset: 1),
      bad("an offset and strides that reach farther than can be counted")),
    PickleAbuse(
      "a shape that overflows", window([1 << 32, 1 << 32], [0, 0]),
      bad("a shape of more numbers than can be counted")),
    PickleAbuse(
      "a shape that overflows, but for a zero", window([1 << 62, 1 << 62, 0], [0, 0, 0]),
      bad("a shape of more numbers than can be counted")),
    PickleAbuse(
      "bytes that overflow", window([1 << 61], [0]),
      bad("a shape of more numbers than can be counted")),
    PickleAbuse(
      "nine dimensions",
      window([1, 1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1]),
      bad("a shape or strides that are not at most 8 integers")),
    PickleAbuse(
      "more strides than dimensions", window([2], [1, 1]),
      bad("1 dimensions but 2 strides")),
    PickleAbuse(
      "a shape of text",
      .dictionary {
        $0.global("torch._utils", "_rebuild_tensor_v2").op("(").storage().op("K\u{0}X")
          .raw([0, 0, 0, 0]).op(")tR")
      },
      bad("a shape or strides that are not at most 8 integers")),
    PickleAbuse(
      "an offset of text",
      .dictionary {
        $0.global("torch._utils", "_rebuild_tensor_v2").op("(").storage().op("N))tR")
      },
      bad("an offset that is not an integer of 64 bits")),
    PickleAbuse(
      "a gigabyte out of one number", window([1 << 28], [0]),
      "'x.pt': from 'w' on, tensors repeat the numbers of the file too often to be copied.\n"
        + "Save fewer views of them, or expanded ones unexpanded."),
    PickleAbuse("a view beyond its storage", window([1], [1], view: (4, 3)), outside(4)),
    PickleAbuse("a view of less than nothing", window([1], [1], view: (4, -3)), outside(4)),
    PickleAbuse("more than a view", window([4], [1], view: (2, 3)), outside(3, of: 3)),
    PickleAbuse(
      "a storage of another size", window([1], [1], count: 7),
      "'x.pt': storage '0' of 'w' has 24 bytes, but its pickle says 28. "
        + "Copy or download it again."),
    PickleAbuse(
      "a storage of less than nothing", window([1], [1], count: -1),
      "'x.pt': storage '0' of 'w' has 24 bytes, but its pickle says -4. "
        + "Copy or download it again."),
    PickleAbuse(
      "a storage of countless bytes", window([1], [1], count: .max),
      "'x.pt': storage '0' of 'w' has 24 bytes, but its pickle says 9223372036854775807. "
        + "Copy or download it again."),
    PickleAbuse(
      "fewer numbers than declared", window([1], [1]).file(declared: 7),
      "'x.pt' ends within storage '0'. Copy or download it again."),
    PickleAbuse(
      "countless numbers", window([1], [1]).file(declared: .max),
      "'x.pt' ends within storage '0'. Copy or download it again."),
    PickleAbuse(
      "less than no numbers", window([1], [1]).file(declared: -1),
      "'x.pt' ends within storage '0'. Copy or download it again."),
    PickleAbuse(
      "numbers of no tensor", window([1], [1]).file(key: "1"),
      "'x.pt' is not a PyTorch file: its list of storages names one that no tensor has.\n"
        + "One is made in Python by torch.save(model.state_dict(), \"model.pt\")"),
    PickleAbuse(
      "two tensors of one name",
      start.op("}").text("w").tensor(shape: [1], strides: [1]).op("s").text("w")
        .tensor(shape: [1], strides: [1]).op("s."),
      "'x.pt' has two tensors or values named 'w'. Rename one of them."),
    PickleAbuse(
      "a tensor under a tensor's key",
      start.op("}").text("a").op("}").text("b").tensor(shape: [1], strides: [1]).op("ss")
        .text("a.b").tensor(shape: [1], strides: [1]).op("s."),
      "'x.pt' has two tensors or values named 'a.b'. Rename one of them."),
    PickleAbuse(
      "a tensor without a name",
      start.op("}N").tensor(shape: [1], strides: [1]).op("s."),
      "'x.pt' has a tensor under a key that is neither UTF-8 text nor an integer. Rename it."),
  ]

  /// `{"a": {"a": … }}`, `depth` times.
  private static func nested(_ depth: Int) -> PickleBytes {
    let inner = (0..<depth).reduce(start) { pickle, _ in pickle.op("}").text("a") }
    return inner.op("N" + String(repeating: "s", count: depth) + ".")
  }

  /// Every level holds the one below it ten times: 10 to the power of `levels` values.
  private static func laughs(_ levels: Int) -> PickleBytes {
    var pickle = start.op("]q\u{0}")
    for level in 1...levels {
      pickle = pickle.op("](")
      for _ in 0..<10 { pickle = pickle.op("h").raw([UInt8(level - 1)]) }
      pickle = pickle.op("eq").raw([UInt8(level)])
    }
    return pickle.op(".")
  }

  static let bombs: [PickleAbuse] = [
    PickleAbuse(
      "dictionaries 65 deep", nested(66),
      "'x.pt' has more than 64 dictionaries or lists in each other, which no model needs." + remedy),
    PickleAbuse(
      "a million nested tuples",
      start.op("N").raw(.init(repeating: 0x85, count: 1_000_000)).op("."),
      "'x.pt' has more than 64 dictionaries or lists in each other, which no model needs." + remedy),
    PickleAbuse(
      "a list that holds itself", start.op("]q\u{0}h\u{0}a."),
      "'x.pt' has more than 10 places for its values, which no model needs." + remedy),
    PickleAbuse(
      "a billion laughs", laughs(9),
      "'x.pt' has more than 28 places for its values, which no model needs." + remedy),
    PickleAbuse(
      "a million marks", start.raw(.init(repeating: 0x28, count: (1 << 20) + 1)),
      "'x.pt' has more than 1048576 values waiting in its pickle, which no model needs." + remedy),
    PickleAbuse(
      "a million values", start.raw(.init(repeating: 0x4E, count: (1 << 20) + 1)),
      "'x.pt' has more than 1048576 values waiting in its pickle, which no model needs." + remedy),
    PickleAbuse(
      "copies of a long list of pairs",
      (0..<5000).reduce(
        start.op("](").raw(.init(repeating: 0x4E, count: 0)).raw(
          (0..<1000).flatMap { _ in [0x4E, 0x4E, 0x86] as [UInt8] }
        ).op("e").raw([0x85]).op("q\u{0}")
      ) { pickle, _ in pickle.global("collections", "OrderedDict").op("h\u{0}R") },
      "'x.pt' has more than 4194304 values in its pickle, which no model needs." + remedy),
    PickleAbuse(
      "200 names of 100,000 letters",
      {
        let long = String(repeating: "a", count: 100_000)
        let inner = (0..<200).reduce(start.op("}").text(long).op("}")) { pickle, index in
          pickle.integer(Int64(index)).op("Ns")
        }
        return inner.op("s.")
      }(),
      "'x.pt' has more than 1704112 bytes of names and texts, which no model needs." + remedy),
  ]
}
