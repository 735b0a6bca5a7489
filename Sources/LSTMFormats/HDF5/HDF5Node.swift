// An object of an HDF5 file and the way to it: from the root, name by name, so that no link is ever
// followed out of the file. Numbers are read in HDF5Dataset.swift, text in HDF5Attribute.swift.

import LSTMCore

/// An object in an HDF5 file: a group or a dataset.
struct HDF5Node {
  let file: HDF5File
  /// Where the object is, "layers/lstm/cell"; empty at the root.
  let place: String
  let header: HDF5ObjectHeader

  /// No path that Keras writes has more names.
  static let greatestDepth = 64

  init(_ file: HDF5File, place: String, address: Int) throws {
    (self.file, self.place) = (file, place)
    header = try file.header(at: address, place)
  }

  /// Whether the object is a dataset.
  var isDataset: Bool { header.first(.layout) != nil }
  /// Whether the object is a group.
  var isGroup: Bool {
    !isDataset
      && header.messages.contains {
        [.symbolTable, .linkInfo, .link, .groupInfo].contains($0.kind)
      }
  }

  /// An error at this object.
  func error(_ problem: HDF5Error.Problem, at offset: Int? = nil) -> HDF5Error {
    file.error(problem, place, at: offset)
  }

  /// The object at a path below this one, name by name.
  ///
  /// - Throws: ``HDF5Error``.
  func node(_ path: String) throws -> HDF5Node {
    let names = path.split(separator: "/").filter { $0 != "." }
    guard names.count <= Self.greatestDepth else {
      throw file.error(.missing(nearest: nil), path)
    }
    return try names.reduce(self) { try $0.child(String($1)) }
  }

  /// Whether something of this name, a single one, stands in the group.
  ///
  /// - Throws: ``HDF5Error``.
  func contains(_ name: String) throws -> Bool {
    guard isGroup else { return false }
    return try file.links(of: self)[name] != nil
  }

  private func child(_ name: String) throws -> HDF5Node {
    guard isGroup else {
      throw error(.wrongKind(expected: "a group"), at: header.address)
    }
    let path = place.isEmpty ? name : "\(place)/\(name)"
    let links = try file.links(of: self)
    guard let link = links[name] else {
      let near = nearestName(to: name, among: links.keys.sorted().prefix(1000).map { $0 })
      throw file.error(
        .missing(nearest: near.map { place.isEmpty ? $0 : "\(place)/\($0)" }), path)
    }
    switch link.target {
    case .object(let address): return try HDF5Node(file, place: path, address: address)
    case .soft: throw file.error(.link(isSoft: true), path, at: link.offset)
    case .elsewhere: throw file.error(.link(isSoft: false), path, at: link.offset)
    }
  }
}
