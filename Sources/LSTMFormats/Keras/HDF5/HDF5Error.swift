// What can be wrong with an HDF5 file, and the words for it. HDF5's own errors never reach a user:
// they name functions of the library, not places in the file.

/// An error in an HDF5 file that was read.
public enum HDF5Error: Error, Equatable, Sendable {
  /// The file is no HDF5 file.
  case notHDF5(file: String)
  /// The library cannot read what is at a place.
  case damaged(file: String, place: String, what: String)
  /// There is no object of this name; the nearest one beside it.
  case missing(file: String, place: String, nearest: String?)
  /// An attribute that has to be there is not.
  case missingAttribute(file: String, place: String, attribute: String)
  /// A link that leads elsewhere: within the file (soft) or into another one.
  case link(file: String, place: String, isSoft: Bool)
  /// A dataset whose numbers lie in other files or other datasets.
  case elsewhere(file: String, place: String, isVirtual: Bool)
  /// An object is of another kind than it should be: a group, a dataset.
  case wrongKind(file: String, place: String, expected: String)
  /// A dataset would take far more memory than it takes in the file.
  case tooLarge(file: String, place: String, size: UInt64, storedSize: UInt64)
  /// A shape with more dimensions than weights have, or with more numbers than there can be.
  case badShape(file: String, place: String, shape: [UInt64])
  /// Numbers of a type that is not read.
  case unknownType(file: String, place: String)
  /// An attribute is not text.
  case notText(file: String, place: String, attribute: String)
  /// An attribute has more entries than the object it stands at could hold.
  case longAttribute(file: String, place: String, attribute: String, count: UInt64)
}

extension HDF5Error: CustomStringConvertible {
  /// What is wrong, where, and how to fix it.
  public var description: String {
    switch self {
    case .notHDF5(let file):
      return "'\(file)' is not an HDF5 file: its first bytes are others. Check what the file is."
    case .damaged(let file, let place, let what):
      return "'\(file)': \(shown(place)): \(what) cannot be read.\n"
        + "The file is cut short or damaged: copy or save it again."
    case .missing(let file, let place, let nearest):
      return "'\(file)' has no '\(shown(place))'."
        + (nearest.map { " Did you mean '\(shown($0))'?" } ?? "")
    case .missingAttribute(let file, let place, let attribute):
      return "'\(file)': \(shown(place)) has no attribute '\(shown(attribute))'."
    case .link(let file, let place, let isSoft):
      return "'\(file)': '\(shown(place))' is \(isSoft ? "a soft link" : "a link to another file"),"
        + " which is not followed.\nSave the model again with Keras: it writes none."
    case .elsewhere(let file, let place, let isVirtual):
      return "'\(file)': the numbers of '\(shown(place))' lie in other "
        + "\(isVirtual ? "datasets (it is virtual)" : "files (it is external)"), which are not "
        + "opened.\nSave the model again with Keras: it writes none."
    case .wrongKind(let file, let place, let expected):
      return "'\(file)': '\(shown(place))' is not \(expected)."
    case .tooLarge(let file, let place, let size, let storedSize):
      return "'\(file)': '\(shown(place))' would grow from \(storedSize) bytes in the file to "
        + "\(size) in memory: refused.\nIf it is meant, save the model uncompressed."
    case .badShape(let file, let place, let shape):
      return "'\(file)': '\(shown(place))' has the shape "
        + "[\(shape.prefix(8).map(String.init).joined(separator: ", "))"
        + "\(shape.count > 8 ? ", …" : "")], which is none of a weight."
    case .unknownType(let file, let place):
      return "'\(file)': the numbers of '\(shown(place))' are of a type that is not read.\n"
        + "Read are float16, bfloat16, float32 and float64: save the model as one of them."
    case .notText(let file, let place, let attribute):
      return "'\(file)': the attribute '\(shown(attribute))' of \(shown(place)) is not text."
    case .longAttribute(let file, let place, let attribute, let count):
      return "'\(file)': the attribute '\(shown(attribute))' of \(shown(place)) has \(count) "
        + "entries, more than an attribute holds: refused."
    }
  }
}
