// Writing an HDF5 file as every version of the library reads it: superblock 0, groups with symbol
// tables, numbers side by side, text in one global heap. The same content always gives the same
// bytes. What the structures look like is in HDF5WriterGroups.swift.

/// What stands in a group that is to be written.
struct HDF5Group {
  /// What stands beside a group or a dataset.
  enum Text {
    case one(String)
    case list([String])

    var all: [String] {
      switch self {
      case .one(let text): [text]
      case .list(let texts): texts
      }
    }
  }

  /// Text beside the group, by name.
  var attributes: [(name: String, text: Text)] = []
  /// What it holds; names are unique, not empty and without zeros or slashes.
  var members: [(name: String, member: Member)] = []

  /// A group, or numbers with text beside them.
  indirect enum Member {
    case group(HDF5Group)
    case dataset(Tensor, attributes: [(name: String, text: Text)] = [])
  }

  /// Adds a member at a path below this group, making the groups on the way.
  mutating func add(_ member: Member, at path: some Collection<String>) {
    guard let name = path.first else { return }
    let rest = path.dropFirst()
    guard !rest.isEmpty else { return members.append((name, member)) }
    let index = members.firstIndex { $0.name == name }
    var group = HDF5Group()
    if let index, case .group(let found) = members[index].member { group = found }
    group.add(member, at: rest)
    if let index {
      members[index].member = .group(group)
    } else {
      members.append((name, .group(group)))
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
      + group.members.flatMap { member in
        switch member.member {
        case .group(let inner): texts(of: inner)
        case .dataset(_, let attributes): attributes.flatMap(\.text.all)
        }
      }
  }

  /// The reference to a text: its length, the collection and its number there.
  func reference(to text: String) -> [UInt8] {
    let place = texts[text] ?? (0, 0)
    return Self.number(text.utf8.count, 4) + Self.number(place.address, 8)
      + Self.number(place.index, 4)
  }
}
