// What can be wrong with an HDF5 file, and the words for it: which object, at which byte, and what
// to do.

import LSTMCore

/// An error in an HDF5 file that was read.
public struct HDF5Error: LSTMFailure, Equatable {
  /// What is wrong.
  public enum Problem: Equatable, Sendable {
    /// The file is no HDF5 file.
    case notHDF5
    /// The file has fewer bytes than it says of itself.
    case cutShort(size: Int, expected: Int)
    /// What stands there makes no sense.
    case damaged(String)
    /// What stands there is HDF5, but in a form that is not read; `isRewritten` says whether
    /// h5repack brings it into one that is.
    case unsupported(String, isRewritten: Bool)
    /// There is no object of this name; the nearest one beside it.
    case missing(nearest: String?)
    /// An attribute that has to be there is not.
    case missingAttribute(String)
    /// A link that leads elsewhere: within the file (soft) or into another one.
    case link(isSoft: Bool)
    /// A dataset whose numbers lie in other files or other datasets.
    case elsewhere(isVirtual: Bool)
    /// An object is of another kind than it should be: a group, a dataset.
    case wrongKind(expected: String)
    /// What is compressed would take far more memory than it takes in the file.
    case tooLarge(size: Int, fileSize: Int)
    /// A dataset declares numbers that are not in the file.
    case unwritten(size: Int)
    /// A shape with more dimensions than weights have, or with more numbers than there can be.
    case badShape([UInt64])
    /// Numbers of a type that is not read.
    case numberType
    /// An attribute is not text.
    case notText(attribute: String)
  }

  /// The name of the file.
  public let file: String
  /// Where the object is, "layers/lstm/cell"; empty at the root.
  public let place: String
  /// The byte of the file that the problem is at, where there is one.
  public let offset: Int?
  /// What is wrong.
  public let problem: Problem
}

extension HDF5Error {
  /// The object in words.
  private var placeInWords: String { place.isEmpty ? "the root" : "'\(shown(place))'" }
  private var byte: String { offset.map { " (at byte \($0))" } ?? "" }

  /// Wrong data, all of them.
  public var kind: FailureKind { .data }

  /// What is wrong, where, and how to fix it.
  public var message: String {
    let object = "\(placeInWords)\(byte)"
    let end = "Save the model again with Keras: it writes none."
    switch problem {
    case .notHDF5:
      return "'\(file)' is not an HDF5 file: its first bytes are others. Check what the file is."
    case .cutShort(let size, let expected):
      return "'\(file)' is cut short: it has \(size) of \(expected) bytes. Copy or save it again."
    case .damaged(let what):
      return "'\(file)': \(object) is damaged: \(what).\nCopy or save the file again."
    case .unsupported(let what, let isRewritten):
      return "'\(file)': \(object) has \(what), which is not read.\n"
        + (isRewritten
          ? "Rewrite the file in a form that is: h5repack -f NONE -l CONTI OLD NEW" : end)
    case .missing(let nearest):
      return "'\(file)' has no '\(shown(place))'."
        + (nearest.map { " Did you mean '\(shown($0))'?" } ?? "")
    case .missingAttribute(let attribute):
      return "'\(file)': \(object) has no attribute '\(shown(attribute))'."
    case .link(let isSoft):
      return "'\(file)': \(object) is \(isSoft ? "a soft link" : "a link to another file"), which "
        + "is not followed.\n\(end)"
    case .elsewhere(let isVirtual):
      return "'\(file)': the numbers of \(object) lie in other "
        + "\(isVirtual ? "datasets (it is virtual)" : "files (it is external)"), which are not "
        + "opened.\n\(end)"
    case .wrongKind(let expected):
      return "'\(file)': \(object) is not \(expected)."
    case .tooLarge(let size, let fileSize):
      return "'\(file)': \(object) would grow to \(size) bytes in memory, too many for a file of "
        + "\(fileSize): refused.\nIf it is meant, save the model uncompressed."
    case .unwritten(let size):
      return "'\(file)': \(object) declares \(size) bytes of numbers that are not in the file.\n"
        + "They were never written: save the model again."
    case .badShape(let shape):
      return "'\(file)': \(object) has the shape "
        + "[\(shape.prefix(8).map(String.init).joined(separator: ", "))"
        + "\(shape.count > 8 ? ", …" : "")], which is none of a weight."
    case .numberType:
      return "'\(file)': the numbers of \(object) are of a type that is not read.\n"
        + "Read are float16, bfloat16, float32 and float64: save the model as one of them."
    case .notText(let attribute):
      return "'\(file)': the attribute '\(shown(attribute))' of \(object) is not text."
    }
  }
}
