// What the calls in a pickle would make: dictionaries, storages and tensors, as records. A call of
// anything else makes a bag of what it was given.

extension Unpickler {
  /// Takes up a name.
  mutating func global(module: String, name: String) throws {
    if let known = PickleGlobal(module: module, name: name) { return try push(.global(known)) }
    let full = "\(module).\(name)"
    if module == "torch", Self.isNumbers(name) {
      throw PyTorchError.unsupportedNumbers(file: file, type: full)
    }
    guard !PickleGlobal.isHarmful(module: module, name: name) else {
      throw PyTorchError.forbiddenName(file: file, name: full, byte: instruction)
    }
    document.names.append(full)
    try push(.unknown(UInt32(document.names.count - 1)))
  }

  /// Makes what a call would return.
  mutating func call(_ name: PickleIndex, _ arguments: PickleIndex) throws {
    if case .unknown(let unknown) = document[name] {
      return try bag(unknown, arguments)
    }
    if case .object(let object) = document[name] {  // what an unknown function returned, called
      return try bag(document.objects[Int(object)].name, arguments)
    }
    guard case .global(let function) = document[name] else {
      throw malformed("it calls something that is not a function")
    }
    guard case .tuple = document[arguments], let given = document.elements(arguments) else {
      throw malformed("the arguments of a call are not a tuple")
    }
    let list = Array(given.prefix(8))  // no function takes more
    switch function {
    case .orderedDictionary: try dictionary(list)
    case .rebuildTensor: try tensor(list, type: nil)
    case .rebuildTypedTensor:
      guard list.count >= 7, case .global(.type(let type)) = document[list[6]] else {
        throw malformed("a tensor has no type")
      }
      try tensor(list, type: type)
    case .rebuildQuantised:
      guard list.count >= 5 else { throw malformed("a quantised tensor lacks its scale") }
      try tensor(list, type: nil, quantiser: list[4])
    case .rebuildOfType:
      guard list.count >= 3 else { throw malformed("a tensor of a class lacks its function") }
      guard case .global(let inner) = document[list[0]], inner != .rebuildOfType else {
        return try push(.inert)
      }
      try call(list[0], list[2])
    case .parameter where document[arguments] == .tuple(start: 0, count: 0):
      try push(.inert)
    case .parameter:
      guard let data = list.first, case .tensor = document[data] else {
        throw malformed("a parameter has no tensor")
      }
      push(known: data)
    case .inert, .quantiser: try push(.inert)
    case .storage, .type: throw malformed("it calls a type of numbers")
    }
  }

  /// What an unknown name would have made: its arguments, kept.
  private mutating func bag(_ name: UInt32, _ arguments: PickleIndex) throws {
    // copy_reg makes an object of the class that is its first argument.
    var name = name
    if ["copy_reg._reconstructor", "copyreg._reconstructor"].contains(document.names[Int(name)]),
      let first = document.elements(arguments)?.first, case .unknown(let own) = document[first]
    {
      name = own
    }
    document.objects.append(.init(name: name, contents: [arguments]))
    try push(.object(UInt32(document.objects.count - 1)))
  }

  /// `OrderedDict()`, or with a list of pairs, as Python 2 wrote it.
  private mutating func dictionary(_ arguments: [PickleIndex]) throws {
    guard arguments.count <= 1 else { throw malformed("a dictionary has too many arguments") }
    let container = newContainer()
    if let pairs = arguments.first {
      guard let pairs = document.elements(pairs) else {
        throw malformed("a dictionary is made of something that is not a list of pairs")
      }
      for pair in pairs {
        guard let pair = document.elements(pair), pair.count == 2 else {
          throw malformed("a dictionary is made of something that is not a list of pairs")
        }
        try copied(2)
        document.containers[Int(container)] += pair
      }
    }
    try push(.dictionary(container))
  }

  /// `(storage, offset, size, stride, …)`; what follows is about training.
  private mutating func tensor(
    _ arguments: [PickleIndex], type: NumberType?, quantiser: PickleIndex? = nil
  ) throws {
    guard arguments.count >= 4, case .storage(let storage) = document[arguments[0]] else {
      throw malformed("a tensor has no storage")
    }
    document.tensors.append(
      .init(
        storage: storage, type: type, offset: arguments[1], shape: arguments[2],
        strides: arguments[3], quantiser: quantiser))
    try push(.tensor(UInt32(document.tensors.count - 1)))
  }

  /// `("storage", class, key, location, count[, view])`: the way out of a pickle to its numbers. Of a
  /// module the older form gives its class and its program's text, `("module", class, …)`.
  mutating func persistent(_ identifier: PickleIndex) throws {
    guard case .tuple = document[identifier], let given = document.elements(identifier) else {
      throw malformed("a reference to numbers is not a tuple of 5 or 6")
    }
    if given.count >= 2, document.bytes(given[given.startIndex], atMost: 6) == Array("module".utf8)
    {
      return push(known: given[given.startIndex + 1])
    }
    guard (5...6).contains(given.count)
    else { throw malformed("a reference to numbers is not a tuple of 5 or 6") }
    let parts = Array(given)
    guard isStorage(parts[0]), case .global(.storage(let type)) = document[parts[1]],
      case .text = document[parts[2]], let count = document.integer(parts[4])
    else { throw malformed("a reference to numbers is none to a storage") }
    var storage = PickleDocument.Storage(key: parts[2], type: type, count: count)
    if parts.count == 6, document[parts[5]] != .none {
      guard let view = document.elements(parts[5]), view.count == 3,
        let first = document.integer(view[view.startIndex + 1]),
        let size = document.integer(view[view.startIndex + 2])
      else { throw malformed("a part of a storage is not a key and two integers") }
      storage.view = (first, size)
    }
    document.storages.append(storage)
    try push(.storage(UInt32(document.storages.count - 1)))
  }

  private func isStorage(_ kind: PickleIndex) -> Bool {
    document.bytes(kind, atMost: 7)?.elementsEqual("storage".utf8) ?? false
  }

  /// Whether a name of torch means numbers that are not read.
  private static func isNumbers(_ name: String) -> Bool {
    name.hasSuffix("Storage")
      || ["complex", "float8", "float4", "qint", "quint4", "quint2"].contains {
        name.hasPrefix($0)
      }
  }
}
