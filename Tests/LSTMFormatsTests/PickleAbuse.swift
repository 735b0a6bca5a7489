// Pickles that mean harm, and what is said of each: names, instructions and arguments. Windows and
// bombs are in PickleAbuse+Bombs.swift.

import Testing

/// An abuse and what is said of it.
struct PickleAbuse: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var file: [UInt8]
  var text: String

  init(_ name: String, _ file: [UInt8], _ text: String) {
    (testDescription, self.file, self.text) = (name, file, text)
  }

  init(_ name: String, _ pickle: PickleBytes, _ text: String) {
    self.init(name, pickle.file(), text)
  }
}

extension PickleAbuse {
  static let remedy =
    "\nSave its numbers in Python instead: torch.save(model.state_dict(), \"model.pt\")"
  static let start = PickleBytes()

  static func window(
    _ shape: [Int64], _ strides: [Int64], offset: Int64 = 0, count: Int64 = 6,
    view: (Int64, Int64)? = nil
  ) -> PickleBytes {
    .dictionary {
      $0.tensor(offset: offset, shape: shape, strides: strides, count: count, view: view)
    }
  }

  static func damaged(_ byte: Int, _ reason: String) -> String {
    "'x.pt' is damaged at byte \(byte) of its pickle: \(reason).\n"
      + "Copy or download it again, or save it anew."
  }

  static func bad(_ reason: String) -> String {
    "'x.pt': 'w' has \(reason). Save it anew."
  }

  static func outside(_ last: Int, of count: Int = 6) -> String {
    "'x.pt': 'w' reaches to number \(last) of a storage that has \(count). Save it anew."
  }

  static func instruction(_ name: String) -> String {
    "'x.pt' has the instruction \(name) at byte 2 of its pickle. "
      + "torch.save does not write it for tensors." + remedy
  }

  static func name(_ name: String) -> String {
    "'x.pt' asks for '\(name)' at byte 2 of its pickle. "
      + "Tensors do not need it, and nothing was run." + remedy
  }

  static let instructions: [PickleAbuse] = [
    PickleAbuse("eval", start.global("builtins", "eval"), name("builtins.eval")),
    PickleAbuse("system", start.global("posix", "system"), name("posix.system")),
    PickleAbuse(
      "Popen", start.global("subprocess", "Popen"), name("subprocess.Popen")),
    PickleAbuse(
      "a loader of modules", start.global("importlib", "import_module"),
      name("importlib.import_module")),
    PickleAbuse(
      "open by STACK_GLOBAL", start.text("builtins").text("open").raw([0x93]),
      "'x.pt' asks for 'builtins.open' at byte 24 of its pickle. "
        + "Tensors do not need it, and nothing was run." + remedy),
    PickleAbuse(
      "a name without end", start.op("c" + String(repeating: "a", count: 2000)),
      damaged(2, "a name has no end")),
    PickleAbuse("INST", start.op("iposix\nsystem\n"), instruction("INST (0x69)")),
    PickleAbuse("OBJ", start.op("o"), instruction("OBJ (0x6F)")),
    PickleAbuse("EXT1", start.raw([0x82, 1]), instruction("EXT1 (0x82)")),
    PickleAbuse("no instruction", start.raw([0]), instruction("0x00")),
    PickleAbuse("a second PROTO", start.raw([0x80, 2]), damaged(2, "a second pickle begins")),
    PickleAbuse(
      "a call of text", start.text("os").op(")R"),
      damaged(10, "it calls something that is not a function")),
    PickleAbuse(
      "a call of a type", start.global("torch", "FloatStorage").op(")R"),
      damaged(23, "it calls a type of numbers")),
    PickleAbuse(
      "a call without a tuple", start.global("torch", "Size").op("]R"),
      damaged(15, "the arguments of a call are not a tuple")),
    PickleAbuse(
      "an object of nothing", start.raw([0x81]),
      damaged(2, "it uses a value where there is none")),
    PickleAbuse(
      "attributes of a number", start.op("K\u{1}}b"),
      damaged(5, "it gives attributes to something that has none")),
    PickleAbuse(
      "a mark that is not there", start.op("t"),
      damaged(2, "it ends a list that never began")),
    PickleAbuse(
      "a value from before a mark", start.op("K\u{1}(").raw([0x85]),
      damaged(5, "it uses a value where there is none")),
    PickleAbuse(
      "an end without a value", start.op("."),
      damaged(2, "it uses a value where there is none")),
    PickleAbuse(
      "an append to a dictionary", start.op("}Na"),
      damaged(4, "it appends to something that is not a list")),
    PickleAbuse(
      "an item of a list", start.op("]NNs"),
      damaged(5, "it sets items of something that is not a dictionary")),
    PickleAbuse("a key without a value", start.op("}(Nu"), damaged(5, "a key has no value")),
    PickleAbuse(
      "a value that was not kept", start.op("h\u{5}"),
      damaged(2, "it recalls value 5, which was not kept")),
    PickleAbuse(
      "a text beyond the end", start.op("X").raw([255, 255, 255, 255]),
      "'x.pt' ends within its pickle. Copy or download it again."),
    PickleAbuse(
      "a reference that is text", start.text("storage").op("Q"),
      damaged(14, "a reference to numbers is not a tuple of 5 or 6")),
    PickleAbuse(
      "a tensor without a storage",
      start.global("torch._utils", "_rebuild_tensor_v2").op("(NNNNtR"),
      damaged(41, "a tensor has no storage")),
    PickleAbuse(
      "a tensor without a type",
      start.global("torch._utils", "_rebuild_tensor_v3").op("(").storage().op("NNNNNNtR"),
      damaged(102, "a tensor has no type")),
    PickleAbuse(
      "a parameter of text",
      start.global("torch._utils", "_rebuild_parameter").op("(NNNtR"),
      damaged(40, "a parameter has no tensor")),
    PickleAbuse(
      "a dictionary of numbers",
      start.global("collections", "OrderedDict").op("]K\u{1}a").raw([0x85]).op("R"),
      damaged(32, "a dictionary is made of something that is not a list of pairs")),
    PickleAbuse(
      "a type that is not read", start.global("torch", "float8_e4m3fn"),
      "'x.pt' has numbers of the type 'torch.float8_e4m3fn', which is not read.\n"
        + "Convert them in Python, for example by tensor.float(), and save again."),
  ]
}
