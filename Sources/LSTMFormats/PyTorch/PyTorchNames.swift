// The tensors of a checkpoint by name. A state_dict is one flat dictionary, but many files hold it
// inside another, beside an optimizer, an epoch and the like: {"model": state_dict, "epoch": 3}.
// Names are joined by dots, model.lstm.weight_ih_l0; elements of lists are named by their index.

/// Goes through a pickled value and collects what has a name.
struct PyTorchNames {
  /// Dictionaries in dictionaries.
  static let deepest = 64

  let file: String
  let document: PickleDocument
  /// The tensors by name, in the order of the file: indices of ``PickleDocument/tensors``.
  private(set) var tensors: [(name: String, tensor: UInt32)] = []
  /// Numbers, truth values and texts by name.
  private(set) var plain: [String: String] = [:]
  /// The classes of objects that were met, each once.
  private(set) var classes: [String] = []
  private var known: Set<String> = []
  /// Objects refer to one another in circles: each is visited once.
  private var seen: Set<UInt32> = []
  /// What is left of the values that may be visited, since one value can stand at many places.
  private var visits: Int
  /// What is left of the letters that names and texts may have.
  private var letters: Int

  private static func mostLetters(_ document: PickleDocument) -> Int {
    65536 + 16 * (document.end - document.start)
  }

  /// Collects what a document holds.
  ///
  /// - Throws: ``PyTorchError``.
  init(_ document: PickleDocument, file: String) throws {
    (self.document, self.file) = (document, file)
    visits = 2 * document.values.count
    letters = Self.mostLetters(document)
    try visit(document.root, name: "", depth: 0)
  }

  /// - Parameter name: nil below a key that is no name.
  private mutating func visit(_ index: PickleIndex, name: String?, depth: Int) throws {
    guard depth <= Self.deepest else {
      throw PyTorchError.tooLarge(
        file: file, limit: "\(Self.deepest) dictionaries or lists in each other")
    }
    visits -= 1
    letters -= name?.utf8.count ?? 0
    guard visits >= 0 else {
      throw PyTorchError.tooLarge(
        file: file, limit: "\(2 * document.values.count) places for its values")
    }
    guard letters >= 0 else {
      throw PyTorchError.tooLarge(
        file: file, limit: "\(Self.mostLetters(document)) bytes of names and texts")
    }
    switch document[index] {
    case .tensor(let tensor):
      guard let name else { throw PyTorchError.unnamedTensor(file: file) }
      let full = name.isEmpty ? "tensor" : name  // a file of nothing but one tensor
      guard known.insert(full).inserted else {
        throw PyTorchError.duplicateName(file: file, name: full)
      }
      tensors.append((full, tensor))
    case .dictionary(let dictionary):
      let items = document.containers[Int(dictionary)]
      for place in stride(from: 0, to: items.count, by: 2) {
        try visit(
          items[place + 1], name: try self.name(of: items[place], in: name), depth: depth + 1)
      }
    case .list, .tuple:
      for (place, element) in (document.elements(index) ?? []).enumerated() {
        try visit(element, name: name.map { join($0, "\(place)") }, depth: depth + 1)
      }
    case .bool(let value): keep(value ? "true" : "false", name)
    case .integer(let value): keep("\(value)", name)
    case .real(let value): keep("\(value)", name)
    case .text(_, let count):
      letters -= Int(count)
      if letters >= 0, let text = document.text(index) { keep(text, name) }
    case .object(let object): try visit(object: object, name: name, depth: depth)
    case .none, .longInteger, .global, .unknown, .storage, .inert: break
    }
  }

  /// The dictionaries of an object's state: one, or one and that of its slots.
  private func dictionaries(_ index: PickleIndex) -> [UInt32] {
    let parts = document.elements(index).map(Array.init) ?? [index]
    return parts.prefix(2).compactMap {
      if case .dictionary(let dictionary) = document[$0] { dictionary } else { nil }
    }
  }

  private func isModules(_ key: PickleIndex) -> Bool {
    document.text(key).map { ["_parameters", "_buffers", "_modules"].contains($0) } ?? false
  }

  /// Goes through a bag: the attributes of an object, which are named as if it were a dictionary. Of
  /// PyTorch's modules that is what a state_dict would have.
  private mutating func visit(object: UInt32, name: String?, depth: Int) throws {
    guard seen.insert(object).inserted else { return }
    let bag = document.objects[Int(object)]
    let className = document.names[Int(bag.name)]
    if !classes.contains(className), classes.count < 64 { classes.append(className) }
    for content in bag.contents {
      let found = dictionaries(content)
      guard !found.isEmpty else {
        try visit(content, name: name, depth: depth + 1)
        continue
      }
      for dictionary in found {
        let items = document.containers[Int(dictionary)]
        let keys = stride(from: 0, to: items.count, by: 2)
        let isModule = keys.contains { isModules(items[$0]) }
        for place in keys {
          if isModule {
            if isModules(items[place]) {
              try visit(items[place + 1], name: name, depth: depth + 1)
              continue
            }
            // Hooks and the like; what an author added may be a vocabulary or another module.
            guard let key = document.text(items[place]), !key.hasPrefix("_") else { continue }
          }
          try visit(
            items[place + 1], name: try self.name(of: items[place], in: name), depth: depth + 1)
        }
      }
    }
    for (place, element) in bag.elements.enumerated() {
      try visit(element, name: name.map { join($0, "\(place)") }, depth: depth + 1)
    }
    for place in stride(from: 0, to: bag.items.count, by: 2) {
      try visit(
        bag.items[place + 1], name: try self.name(of: bag.items[place], in: name),
        depth: depth + 1)
    }
  }

  private mutating func keep(_ text: String, _ name: String?) {
    if let name, !name.isEmpty { plain[name] = text }
  }

  private mutating func name(of key: PickleIndex, in outer: String?) throws -> String? {
    guard let outer else { return nil }
    switch document[key] {
    case .integer(let number): return join(outer, "\(number)")
    case .text(_, let count):
      letters -= Int(count)
      guard letters >= 0 else { return nil }  // the value's visit says so
      return document.text(key).map { join(outer, $0) }
    default: return nil
    }
  }

  private func join(_ outer: String, _ inner: String) -> String {
    outer.isEmpty ? inner : "\(outer).\(inner)"
  }
}
