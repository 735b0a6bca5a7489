// What a pickle says, as plain values in flat arrays: no object is made and no name is looked up.
// Values refer to each other by index, so that neither a million nested tuples nor a list that
// holds itself can exhaust the stack or leak. ``Unpickler`` fills it.

/// The index of a value in its ``PickleDocument``.
typealias PickleIndex = UInt32

/// One value of a pickle.
enum PickleValue: Equatable {
  case none
  case bool(Bool)
  case integer(Int64)
  /// An integer beyond 64 bits; its bytes, lowest first, in the pickle.
  case longInteger(start: UInt32, count: UInt32)
  case real(Double)
  /// Text; its bytes in the pickle, UTF-8 where nothing is wrong.
  case text(start: UInt32, count: UInt32)
  /// A part of ``PickleDocument/items``.
  case tuple(start: UInt32, count: UInt32)
  /// One of ``PickleDocument/containers``.
  case list(UInt32)
  /// One of ``PickleDocument/containers``: key, value, key, value.
  case dictionary(UInt32)
  /// A name on the list of those that tensors need.
  case global(PickleGlobal)
  /// One of ``PickleDocument/storages``.
  case storage(UInt32)
  /// One of ``PickleDocument/tensors``.
  case tensor(UInt32)
  /// A name that is not on that list, of ``PickleDocument/names``: it stands for nothing.
  case unknown(UInt32)
  /// One of ``PickleDocument/objects``.
  case object(UInt32)
  /// Something harmless that has no numbers: a size, a device, a set.
  case inert
}

/// The values of one pickle.
struct PickleDocument {
  /// A storage: the numbers of one or more tensors, one after the other.
  struct Storage {
    /// Its name in the file.
    var key: PickleIndex
    /// The type of its numbers, or nil for plain bytes.
    var type: NumberType?
    /// Numbers in it; bytes where it has no type.
    var count: Int64
    /// A part of it that stands for the whole, in numbers: only old legacy files have any.
    var view: (offset: Int64, count: Int64)?
  }

  /// A tensor: a window on a storage, unchecked.
  struct TensorRecord {
    /// One of ``PickleDocument/storages``.
    var storage: UInt32
    /// The type, where the storage does not say it.
    var type: NumberType?
    /// The first number, counted in numbers.
    var offset: PickleIndex
    /// The size of each dimension.
    var shape: PickleIndex
    /// In numbers, one for each dimension.
    var strides: PickleIndex
    /// How whole numbers stand for others; nil where they stand for themselves.
    var quantiser: PickleIndex?
  }

  /// What a call of an unknown name would have made: a bag of what it was given. Nothing was called.
  struct Bag {
    /// The name, one of ``PickleDocument/names``.
    var name: UInt32
    /// What it was given after it was made, or before where that is all.
    var contents: [PickleIndex]
    /// One of ``PickleDocument/containers``: what was appended, where it is as good as a list.
    var elements: [PickleIndex] = []
    /// Keys and values that were set, where it is as good as a dictionary.
    var items: [PickleIndex] = []
  }

  /// The file's bytes.
  let storage: ByteStorage
  /// Where in them the pickle begins.
  let start: Int
  var values: [PickleValue] = []
  var items: [PickleIndex] = []
  var containers: [[PickleIndex]] = []
  var storages: [Storage] = []
  var tensors: [TensorRecord] = []
  /// Names that stand for nothing here, "module.Class".
  var names: [String] = []
  var objects: [Bag] = []
  /// The value that was pickled.
  var root: PickleIndex = 0
  /// The first byte after the pickle.
  var end = 0

  init(storage: ByteStorage, start: Int) {
    (self.storage, self.start) = (storage, start)
  }

  subscript(index: PickleIndex) -> PickleValue { values[Int(index)] }

  /// The elements of a tuple or a list, else nil.
  func elements(_ index: PickleIndex) -> ArraySlice<PickleIndex>? {
    switch self[index] {
    case .tuple(let start, let count): items[Int(start)..<Int(start) + Int(count)]
    case .list(let list): containers[Int(list)][...]
    default: nil
    }
  }

  /// The bytes of a text or a long integer, else nil; also nil where there are more than `most`.
  func bytes(_ index: PickleIndex, atMost most: Int = .max) -> [UInt8]? {
    switch self[index] {
    case .text(let first, let count) where count <= most,
      .longInteger(let first, let count) where count <= most:
      storage.withUnsafeBytes {
        Array($0[(start + Int(first))..<(start + Int(first) + Int(count))])
      }
    default: nil
    }
  }

  /// A text, else nil; also nil where its bytes are not UTF-8.
  func text(_ index: PickleIndex) -> String? {
    guard case .text = self[index], let bytes = bytes(index) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  /// The key of a storage: a text, else nil; also nil where it is longer than any key.
  func key(_ index: PickleIndex) -> String? {
    guard case .text = self[index], let bytes = bytes(index, atMost: 64) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// An integer of 64 bits, else nil.
  func integer(_ index: PickleIndex) -> Int64? {
    guard case .integer(let value) = self[index] else { return nil }
    return value
  }

  /// A tuple or list of integers of 64 bits, else nil; also nil where there are more than `most`.
  func integers(_ index: PickleIndex, most: Int) -> [Int64]? {
    guard let elements = elements(index), elements.count <= most else { return nil }
    let values = elements.compactMap { integer($0) }
    return values.count == elements.count ? values : nil
  }
}
