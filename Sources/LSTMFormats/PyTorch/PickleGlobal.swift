// The names that mean something in a pickle: what tensors need. Each stands for one of the cases below;
// no name is ever looked up or called. Any other becomes a bag without meaning, but those that only
// somebody with bad intentions writes are refused.

/// What an allowed name means.
enum PickleGlobal: Equatable {
  /// A dictionary that keeps its order.
  case orderedDictionary
  /// A tensor of a typed storage: `_rebuild_tensor`, before version 0.4, and `_v2`.
  case rebuildTensor
  /// A tensor of plain bytes and a type: `_rebuild_tensor_v3`.
  case rebuildTypedTensor
  /// A tensor of whole numbers that stand for others: `_rebuild_qtensor`.
  case rebuildQuantised
  /// A tensor of a class of its own: `_rebuild_from_type_v2`, which names a function and what it takes.
  case rebuildOfType
  /// How whole numbers stand for others; true for each row by itself.
  case quantiser(perRow: Bool)
  /// A tensor that is trained, made by a function or as an object.
  case parameter
  /// A class of storages; nil for plain bytes.
  case storage(NumberType?)
  /// A type of numbers.
  case type(NumberType)
  /// Something without numbers.
  case inert

  /// What a name means.
  ///
  /// - Returns: nil where the name is not allowed.
  init?(module: String, name: String) {
    guard let known = Self.allowed["\(module) \(name)"] else { return nil }
    self = known
  }

  /// The class of the storages of a type of numbers in PyTorch, where there is one.
  static func storageName(_ type: NumberType) -> String? {
    switch type {
    case .bool: "BoolStorage"
    case .uint8: "ByteStorage"
    case .int8: "CharStorage"
    case .int16: "ShortStorage"
    case .int32: "IntStorage"
    case .int64: "LongStorage"
    case .float16: "HalfStorage"
    case .bfloat16: "BFloat16Storage"
    case .float32: "FloatStorage"
    case .float64: "DoubleStorage"
    case .uint16, .uint32, .uint64: nil
    }
  }

  /// Whether a name is of what a program that is run could do harm with. Nothing here runs it, but a
  /// file that asks for it is not what it seems.
  static func isHarmful(module: String, name: String) -> Bool {
    if ["builtins", "__builtin__"].contains(module) {
      return [
        "eval", "exec", "execfile", "compile", "open", "__import__", "input", "breakpoint",
      ].contains(name)
    }
    let root = module.split(separator: ".").first.map(String.init) ?? module
    return [
      "os", "posix", "nt", "subprocess", "sys", "shutil", "socket", "importlib", "runpy", "pty",
      "commands", "ctypes", "webbrowser", "pip", "code", "timeit", "bdb", "pdb", "http", "urllib",
      "requests", "marshal", "types", "multiprocessing", "asyncio", "platform", "pydoc",
    ].contains(root)
  }

  private static let allowed: [String: PickleGlobal] = {
    var names: [String: PickleGlobal] = [
      "collections OrderedDict": .orderedDictionary,
      "torch._utils _rebuild_tensor": .rebuildTensor,
      "torch._utils _rebuild_tensor_v2": .rebuildTensor,
      "torch._utils _rebuild_tensor_v3": .rebuildTypedTensor,
      "torch._utils _rebuild_qtensor": .rebuildQuantised,
      "torch._tensor _rebuild_from_type_v2": .rebuildOfType,
      "torch per_tensor_affine": .quantiser(perRow: false),
      "torch per_channel_affine": .quantiser(perRow: true),
      "torch QInt8Storage": .storage(.int8), "torch QUInt8Storage": .storage(.uint8),
      "torch QInt32Storage": .storage(.int32),
      "torch qint8": .type(.int8), "torch quint8": .type(.uint8), "torch qint32": .type(.int32),
      "torch._utils _rebuild_parameter": .parameter,
      "torch._utils _rebuild_parameter_with_state": .parameter,
      "torch.nn.parameter Parameter": .parameter,
      "torch.storage UntypedStorage": .storage(nil),
      "torch Size": .inert,
      "torch device": .inert,
      "builtins set": .inert,
      "__builtin__ set": .inert,
    ]
    for type in NumberType.allCases {
      // PyTorch's names of types are those of `NumberType`.
      names["torch \(type.rawValue)"] = .type(type)
      if let storage = storageName(type) { names["torch \(storage)"] = .storage(type) }
    }
    return names
  }()
}
