// Writing an HDF5 file as every version of the library reads it: superblock 0, groups with symbol
// tables, numbers side by side, text in one global heap. The same content always gives the same
// bytes. What the structures look like is in HDF5WriterGroups.swift.

/// Text beside a group or a dataset.
enum HDF5Text {
  case one(String)
  case list([String])

  var all: [String] {
    switch self {
    case .one(let text): [text]
    case .list(let texts): texts
    }
  }
}

/// Numbers that are to be written, with text beside them by name.
struct HDF5Numbers {
  var tensor: Tensor
  var attributes: [(name: String, text: HDF5Text)] = []
}

/// A group that is to be written. Names are not empty and without zeros or slashes, and none is
/// both a group's and a dataset's.
struct HDF5Group {
  /// Text beside the group, by name.
  var attributes: [(name: String, text: HDF5Text)] = []
  var groups: [String: HDF5Group] = [:]
  var datasets: [String: HDF5Numbers] = [:]

  /// The names of all that it holds, by their bytes: the order in which it is written.
  var names: [String] {
    (Array(groups.keys) + Array(datasets.keys)).sorted {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
  }

  /// The texts of one attribute: it has room for 64 KiB, at 16 bytes each.
  static let mostTexts = 4000

  /// Adds a list of texts beside the group. One that is longer than an attribute has room for is
  /// split as Keras does it: `name0`, `name1` and so on.
  mutating func add(_ texts: [String], named name: String) {
    guard texts.count > Self.mostTexts else { return attributes.append((name, .list(texts))) }
    for start in stride(from: 0, to: texts.count, by: Self.mostTexts) {
      let part = texts[start..<min(texts.count, start + Self.mostTexts)]
      attributes.append(("\(name)\(start / Self.mostTexts)", .list(Array(part))))
    }
  }

  /// Adds numbers at a path below this group, making the groups on the way.
  mutating func add(_ numbers: HDF5Numbers, at path: some Collection<String>) {
    guard let name = path.first else { return }
    let rest = Array(path.dropFirst())
    if rest.isEmpty {
      datasets[name] = numbers
    } else {
      groups[name, default: HDF5Group()].add(numbers, at: rest)
    }
  }
}

/// Writes one HDF5 file into memory.
struct HDF5Writer {
  /// What is written so far: first the superblock, which is filled in at the end.
  var bytes = [UInt8](repeating: 0, count: 96)
  /// Where each text is: which collection of the global heap, and its number there.
  private var texts: [String: (address: Int, index: Int)] = [:]

  /// A file whose root is this group.
  static func bytes(of root: HDF5Group) -> [UInt8] {
    var writer = HDF5Writer()
    writer.writeTexts(of: root)
    let address = writer.write(root)
    writer.writeSuperblock(root: address)
    return writer.bytes
  }

  /// The address that means that there is nothing.
  static let nothing = [UInt8](repeating: 0xFF, count: 8)

  /// A number, the least significant byte first.
  static func number(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// Bytes filled up with zeros to a multiple of eight.
  static func filled(_ bytes: [UInt8]) -> [UInt8] {
    bytes + [UInt8](repeating: 0, count: -bytes.count & 7)
  }

  /// Appends bytes at a multiple of eight.
  ///
  /// - Returns: where they are.
  mutating func append(_ new: [UInt8]) -> Int {
    bytes = Self.filled(bytes)
    defer { bytes += new }
    return bytes.count
  }

  // MARK: - The superblock

  private mutating func writeSuperblock(root: (header: Int, tree: Int, heap: Int)) {
    bytes = Self.filled(bytes)
    var block = HDF5File.signature
    block += [0, 0, 0, 0, 0, 8, 8, 0]  // Versions, all 0; the sizes of addresses and lengths.
    block += Self.number(Self.linksInNode / 2, 2) + Self.number(Self.childrenInNode / 2, 2)
    block += Self.number(0, 4) + Self.number(0, 8) + Self.nothing
    block += Self.number(bytes.count, 8) + Self.nothing
    block += Self.number(0, 8) + Self.number(root.header, 8)
    block += Self.number(1, 8) + Self.number(root.tree, 8) + Self.number(root.heap, 8)
    bytes.replaceSubrange(0..<96, with: block)
  }

  // MARK: - Text

  /// More texts than this go into another collection: numbers there have two bytes.
  private static let textsInCollection = 4096

  private mutating func writeTexts(of root: HDF5Group) {
    var seen: Set<String> = []
    let all = Self.texts(of: root).filter { seen.insert($0).inserted }
    for start in stride(from: 0, to: all.count, by: Self.textsInCollection) {
      let part = all[start..<min(all.count, start + Self.textsInCollection)]
      var objects: [UInt8] = []
      for (index, text) in part.enumerated() {
        objects += Self.number(index + 1, 2) + Self.number(1, 2) + Self.number(0, 4)
        objects += Self.number(text.utf8.count, 8) + Self.filled(Array(text.utf8))
      }
      // The library asks for 4096 bytes at least; what is left is object 0.
      let size = max(4096, 16 + objects.count + 16)
      let left = size - 16 - objects.count
      objects += Self.number(0, 8) + Self.number(left, 8)
      objects += [UInt8](repeating: 0, count: left - 16)
      let address = append(Array("GCOL".utf8) + [1, 0, 0, 0] + Self.number(size, 8) + objects)
      for (index, text) in part.enumerated() { texts[text] = (address, index + 1) }
    }
  }

  private static func texts(of group: HDF5Group) -> [String] {
    group.attributes.flatMap(\.text.all)
      + group.names.flatMap { name in
        group.groups[name].map { texts(of: $0) }
          ?? group.datasets[name]?.attributes.flatMap(\.text.all) ?? []
      }
  }

  /// The reference to a text: its length, the collection and its number there.
  func reference(to text: String) -> [UInt8] {
    let place = texts[text] ?? (0, 0)
    return Self.number(text.utf8.count, 4) + Self.number(place.address, 8)
      + Self.number(place.index, 4)
  }
}
