// What can be wrong with an array that NumPy saved, and the words for it.

import LSTMCore

/// An error in an .npy or .npz file.
public enum NumpyError: LSTMFailure, Equatable {
  /// The file does not begin as .npy files do.
  case notNumpy(file: String)
  /// A version of the format that is not 1.0, 2.0 or 3.0.
  case unknownVersion(file: String, major: UInt8, minor: UInt8)
  /// The header reaches beyond the end of the file.
  case headerBeyondEnd(file: String, length: Int, available: Int)
  /// The header is longer than NumPy itself reads.
  case headerTooLong(file: String, length: Int)
  /// The header is not the dictionary it should be; `byte` counts from the start of the array's
  /// bytes.
  case badHeader(file: String, byte: Int, reason: String)
  /// The array holds Python objects, which only unpickling, that is running code, could read.
  case pickledObjects(file: String)
  /// The array holds records of several fields.
  case structured(file: String)
  /// The array holds something else than numbers.
  case unknownType(file: String, type: String)
  /// The shape has more numbers than any memory.
  case tooLarge(file: String, shape: [Int])
  /// The numbers are cut short.
  case tooShort(file: String, shape: [Int], expected: Int, found: Int)
  /// Something follows the numbers.
  case trailingBytes(file: String, count: Int, byte: Int)
  /// Two members of an .npz file are the same array.
  case duplicateArray(file: String, name: String)
  /// There is no array of this name; the nearest one.
  case missingArray(file: String, name: String, nearest: String?)
}

extension NumpyError {
  /// Wrong data, all of them.
  public var kind: FailureKind { .data }

  /// What is wrong, where, and how to fix it.
  public var message: String {
    switch self {
    case .notNumpy(let file):
      return "'\(file)' is not an array that NumPy saved: it does not begin with \\x93NUMPY.\n"
        + "Save it with numpy.save or numpy.savez."
    case .unknownVersion(let file, let major, let minor):
      return "'\(file)' has version \(major).\(minor) of the .npy format. "
        + "Versions 1.0, 2.0 and 3.0 are read."
    case .headerBeyondEnd(let file, let length, let available):
      return "'\(file)' is cut short: its header should have \(length) bytes, but only "
        + "\(available) are left. Copy or save it again."
    case .headerTooLong(let file, let length):
      return "'\(file)' has a header of \(length) bytes. More than \(NumpyHeader.longest) are "
        + "refused, as NumPy does."
    case .badHeader(let file, let byte, let reason):
      return "'\(file)' has a damaged header: at byte \(byte), \(reason).\n"
        + "Save it again with numpy.save."
    case .pickledObjects(let file):
      return "'\(file)' holds pickled Python objects. Reading them would run code: refused.\n"
        + "Save numbers: numpy.save(path, array.astype('float32'))."
    case .structured(let file):
      return "'\(file)' holds records of several fields. "
        + "Save one field: numpy.save(path, array['field'])."
    case .unknownType(let file, let type):
      return "'\(file)' holds the type '\(shown(type))', which is no bool, integer or float of "
        + "up to 64 bits.\nSave numbers: numpy.save(path, array.astype('float32'))."
    case .tooLarge(let file, let shape):
      return "'\(file)' has the shape \(numpyShape(shape)), which no memory can hold. "
        + "The header is damaged: save it again."
    case .tooShort(let file, let shape, let expected, let found):
      return "'\(file)' is cut short: the shape \(numpyShape(shape)) needs \(expected) bytes of "
        + "numbers, but only \(found) are left. Copy or save it again."
    case .trailingBytes(let file, let count, let byte):
      return "'\(file)': \(count) more \(count == 1 ? "byte follows" : "bytes follow") the "
        + "numbers, from byte \(byte) on.\nSave several arrays with numpy.savez."
    case .duplicateArray(let file, let name):
      return "'\(file)' has two arrays named '\(shown(name))'. Keep one of them."
    case .missingArray(let file, let name, let nearest):
      return "'\(file)' has no array '\(shown(name))'."
        + (nearest.map { " Did you mean '\(shown($0))'?" } ?? "")
    }
  }
}

/// A shape as Python writes it, `(3, 4)`, shortened where it is long.
func numpyShape(_ shape: [Int]) -> String {
  if shape.count > 12 {
    return "(\(shape.prefix(10).map(String.init).joined(separator: ", ")), … \(shape.count) sizes)"
  }
  return shape.count == 1
    ? "(\(shape[0]),)" : "(\(shape.map(String.init).joined(separator: ", ")))"
}
