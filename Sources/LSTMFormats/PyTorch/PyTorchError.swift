// What can be wrong with a PyTorch file, and the one place where it becomes words.

import LSTMCore

/// An error in a PyTorch file: what, where, and how to put it right.
public enum PyTorchError: LSTMFailure, Equatable {
  /// The file is none that `torch.save` writes.
  case notPyTorch(file: String, reason: String)
  /// A pickle of another program's object.
  case otherPickle(file: String, name: String)
  /// An object of some class without a tensor in it.
  case noTensors(file: String, name: String)
  /// A tar file, as the first versions of PyTorch wrote them.
  case oldTar(file: String)
  /// The pickle asks for a name that tensors do not need; `byte` counts from the pickle's start.
  case forbiddenName(file: String, name: String, byte: Int)
  /// The pickle has an instruction that tensors do not need.
  case forbiddenInstruction(file: String, code: UInt8, byte: Int)
  /// The pickle is of another protocol than 2 to 5.
  case wrongProtocol(file: String, found: Int)
  /// The pickle contradicts itself.
  case malformedPickle(file: String, byte: Int, reason: String)
  /// The file ends too early.
  case truncated(file: String, place: String)
  /// There is more of something than a model needs, or than the file's size warrants.
  case tooLarge(file: String, limit: String)
  /// The numbers of a tensor are of a type that is not read.
  case unsupportedNumbers(file: String, type: String)
  /// The numbers of a tensor are not in the file.
  case missingStorage(file: String, tensor: String, key: String)
  /// There are more or fewer bytes than the pickle says.
  case wrongStorageSize(file: String, tensor: String, key: String, found: Int, expected: Int)
  /// A tensor has a shape, strides or an offset that cannot be.
  case badShape(file: String, tensor: String, reason: String)
  /// A tensor reaches beyond its storage.
  case outsideStorage(file: String, tensor: String, last: Int, count: Int)
  /// Tensors repeat their numbers far more often than the file holds them.
  case repeatedNumbers(file: String, tensor: String)
  /// Two tensors have the same name.
  case duplicateName(file: String, name: String)
  /// A tensor lies under a key that is neither text nor an integer.
  case unnamedTensor(file: String)
  /// A part of the archive cannot be used.
  case badMember(file: String, member: String, reason: String)
}

extension PyTorchError {
  private static let remedy =
    "Save its numbers in Python instead: torch.save(model.state_dict(), \"model.pt\")"

  /// Wrong data, all of them.
  public var kind: FailureKind { .data }

  /// What is wrong, where, and how to fix it.
  public var message: String {
    switch self {
    case .notPyTorch(let file, let reason):
      return "'\(file)' is not a PyTorch file: \(reason).\n"
        + "One is made in Python by torch.save(model.state_dict(), \"model.pt\")"
    case .otherPickle(let file, let name):
      let program = name.split(separator: ".").first.map(String.init) ?? name
      return
        "'\(file)' is a pickle of '\(shown(name))', not a file of PyTorch, and nothing of it was "
        + "run.\nTake its arrays out in Python, where '\(shown(program))' is installed, and save "
        + "them by name: model = pickle.load(open(\"\(file)\", \"rb\")); "
        + "numpy.savez(\"model.npz\", weight_ih_l0=..., weight_hh_l0=..., bias_ih_l0=...)"
    case .noTensors(let file, let name):
      return "'\(file)' holds no tensors of a network: it is an object of '\(shown(name))' alone.\n"
        + "Its weights are in another file; Darts and Lightning write a .ckpt beside it. Open that."
    case .oldTar(let file):
      return "'\(file)' is a tar file as only the first versions of PyTorch wrote them.\n"
        + "If you trust it, save it anew in Python: "
        + "torch.save(torch.load(\"\(file)\", weights_only=False), \"model.pt\")"
    case .forbiddenName(let file, let name, let byte):
      return "'\(file)' asks for '\(shown(name))' at byte \(byte) of its pickle. "
        + "Tensors do not need it, and nothing was run.\n\(Self.remedy)"
    case .forbiddenInstruction(let file, let code, let byte):
      let title = Self.instructions[code].map { "\($0) (\(Self.hex(code)))" } ?? Self.hex(code)
      return "'\(file)' has the instruction \(title) at byte \(byte) of its pickle. "
        + "torch.save does not write it for tensors.\n\(Self.remedy)"
    case .wrongProtocol(let file, let found):
      return "'\(file)' is a pickle of protocol \(found), but 2 to 5 are read.\n"
        + "Save it in Python without the argument pickle_protocol."
    case .malformedPickle(let file, let byte, let reason):
      return "'\(file)' is damaged at byte \(byte) of its pickle: \(reason).\n"
        + "Copy or download it again, or save it anew."
    case .truncated(let file, let place):
      return "'\(file)' ends within \(place). Copy or download it again."
    case .tooLarge(let file, let limit):
      return "'\(file)' has more than \(limit), which no model needs.\n\(Self.remedy)"
    case .unsupportedNumbers(let file, let type):
      return "'\(file)' has numbers of the type '\(shown(type))', which is not read.\n"
        + "Convert them in Python, for example by tensor.float(), and save again."
    case .missingStorage(let file, let tensor, let key):
      return "'\(file)': the numbers of '\(shown(tensor))', storage '\(shown(key))', "
        + "are not in the file. Save it anew."
    case .wrongStorageSize(let file, let tensor, let key, let found, let expected):
      return "'\(file)': storage '\(shown(key))' of '\(shown(tensor))' has \(found) bytes, "
        + "but its pickle says \(expected). Copy or download it again."
    case .badShape(let file, let tensor, let reason):
      return "'\(file)': '\(shown(tensor))' has \(reason). Save it anew."
    case .outsideStorage(let file, let tensor, let last, let count):
      return "'\(file)': '\(shown(tensor))' reaches to number \(last) of a storage "
        + "that has \(count). Save it anew."
    case .repeatedNumbers(let file, let tensor):
      return "'\(file)': from '\(shown(tensor))' on, tensors repeat the numbers of the file "
        + "too often to be copied.\nSave fewer views of them, or expanded ones unexpanded."
    case .duplicateName(let file, let name):
      return "'\(file)' has two tensors or values named '\(shown(name))'. Rename one of them."
    case .unnamedTensor(let file):
      return "'\(file)' has a tensor under a key that is neither UTF-8 text nor an integer. "
        + "Rename it."
    case .badMember(let file, let member, let reason):
      return "'\(file)': its part '\(shown(member))' \(reason). Save it anew by torch.save."
    }
  }

  private static func hex(_ byte: UInt8) -> String {
    "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }

  /// The instructions of pickles that are refused, by their Python names.
  private static let instructions: [UInt8: String] = [
    0x30: "POP", 0x31: "POP_MARK", 0x32: "DUP", 0x42: "BINBYTES",
    0x43: "SHORT_BINBYTES", 0x46: "FLOAT", 0x49: "INT", 0x4C: "LONG", 0x50: "PERSID",
    0x53: "STRING", 0x54: "BINSTRING", 0x56: "UNICODE", 0x64: "DICT", 0x67: "GET", 0x69: "INST",
    0x6C: "LIST", 0x6F: "OBJ", 0x70: "PUT", 0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4",
    0x8B: "LONG4", 0x8C: "SHORT_BINUNICODE", 0x8D: "BINUNICODE8", 0x8E: "BINBYTES8",
    0x90: "ADDITEMS", 0x91: "FROZENSET", 0x92: "NEWOBJ_EX", 0x93: "STACK_GLOBAL",
    0x94: "MEMOIZE", 0x95: "FRAME", 0x96: "BYTEARRAY8", 0x97: "NEXT_BUFFER",
    0x98: "READONLY_BUFFER",
  ]
}
