// Ways in which an HDF5 file can be forged: what is changed, in which file, and the whole text of
// the error.

import Testing

@testable import LSTMFormats

/// One way to forge a file.
struct HDF5Damage: Sendable, CustomTestStringConvertible {
  /// The files that are changed.
  enum Source: Sendable {
    /// One that this package writes: "g" with the numbers "g/d" and the text "t", all of the old
    /// form.
    case own
    /// One of Scripts/fixtures/make_hdf5.py.
    case made(String)
  }

  let name: String
  let source: Source
  /// What is read: a path of numbers, or ":" and the name of a text of the root.
  let path: String
  let text: String
  let change: @Sendable (inout [UInt8]) -> Void

  var testDescription: String { name }

  init(
    _ name: String, in source: Source = .own, reads path: String = "g/d", _ text: String,
    _ change: @escaping @Sendable (inout [UInt8]) -> Void
  ) {
    (self.name, self.source, self.path, self.text, self.change) = (name, source, path, text, change)
  }

  func bytes() throws -> [UInt8] {
    var bytes: [UInt8]
    switch source {
    case .own: bytes = Self.own
    case .made(let file): bytes = try HDF5Fixtures().files.bytes(file)
    }
    change(&bytes)
    return bytes
  }

  static let own: [UInt8] = {
    var root = HDF5Group(attributes: [("t", .one("text"))])
    root.add(HDF5Numbers(tensor: patterned(.float32, [2, 3])), at: ["g", "d"])
    root.add(HDF5Numbers(tensor: patterned(.float32, [2, 3])), at: ["g", "e"])
    return HDF5Writer.bytes(of: root)
  }()

  /// Reads what the damage is about.
  static func read(_ bytes: [UInt8], _ path: String) throws {
    let root = try HDF5File.root(of: ByteStorage(bytes), file: "f")
    if path.hasPrefix(":") {
      _ = try root.text(String(path.dropFirst()))
    } else {
      for part in path.split(separator: " ") { _ = try root.node(String(part)).tensor() }
    }
  }
}

extension [UInt8] {
  /// Where letters stand for the n-th time, counted from 0.
  func place(of letters: String, _ index: Int = 0) -> Int {
    let wanted = Array(letters.utf8)
    let places = indices.dropLast(wanted.count - 1).filter {
      self[$0..<$0 + wanted.count].elementsEqual(wanted)
    }
    return places[index]
  }

  /// Where the content of the n-th message of a kind stands, in headers of version 1.
  func message(_ kind: Int, size: Int, _ index: Int = 0) -> Int {
    let head = HDF5Writer.number(kind, 2) + HDF5Writer.number(size, 2)
    let places = stride(from: 0, to: count - 8, by: 8).filter {
      self[$0..<$0 + 4].elementsEqual(head)
    }
    return places[index] + 8
  }

  /// The number of eight bytes at a place.
  func number(at place: Int) -> Int {
    self[place..<place + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// Puts a number at a place.
  mutating func put(_ value: Int, _ size: Int, at place: Int) {
    replaceSubrange(place..<place + size, with: HDF5Writer.number(value, size))
  }
}
