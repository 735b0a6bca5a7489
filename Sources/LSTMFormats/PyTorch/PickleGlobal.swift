// The names that a pickle may mention: what tensors need, and nothing else. Each stands for one of
// the cases below; no name is ever looked up or called.

/// What an allowed name means.
enum PickleGlobal: Equatable {
  /// A dictionary that keeps its order.
  case orderedDictionary
  /// A tensor of a typed storage: `_rebuild_tensor`, before version 0.4, and `_v2`.
  case rebuildTensor
  /// A tensor of plain bytes and a type: `_rebuild_tensor_v3`.
  case rebuildTypedTensor
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

  private static let allowed: [String: PickleGlobal] = {
    var names: [String: PickleGlobal] = [
      "collections OrderedDict": .orderedDictionary,
      "torch._utils _rebuild_tensor": .rebuildTensor,
      "torch._utils _rebuild_tensor_v2": .rebuildTensor,
      "torch._utils _rebuild_tensor_v3": .rebuildTypedTensor,
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
