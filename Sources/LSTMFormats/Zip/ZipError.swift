// What can be wrong with a zip file, and the words for it.

import LSTMCore

/// An error in a zip file that was read, or in what was to be written to one.
public enum ZipError: LSTMFailure, Equatable {
  /// The record that ends every zip file is missing.
  case noEndRecord(file: String)
  /// The file is one part of several.
  case severalParts(file: String)
  /// The end record, at this byte, contradicts itself or points to the wrong place.
  case badEndRecord(file: String, byte: Int, reason: String)
  /// An entry of the central directory is no entry; `entry` counts from 1.
  case badEntry(file: String, entry: Int, byte: Int, reason: String)
  /// The directory has another number of entries than the end record says.
  case wrongCount(file: String, found: Int, declared: UInt64)
  /// A name that could lead out of a folder, or that is no text.
  case unsafeName(file: String, name: String, reason: String)
  /// Two members have one name.
  case duplicateName(file: String, name: String)
  /// A member is encrypted.
  case encrypted(file: String, name: String)
  /// A member is compressed by a method other than stored and deflated.
  case unknownMethod(file: String, name: String, method: UInt16)
  /// A member reaches beyond the part of the file that members lie in.
  case beyondEnd(file: String, name: String, byte: UInt64, size: UInt64, end: Int)
  /// Two members share bytes.
  case overlap(file: String, first: String, second: String, byte: Int)
  /// The header in front of a member contradicts the directory.
  case headersDiffer(file: String, name: String, byte: Int, what: String)
  /// A member would grow out of all proportion.
  case bomb(file: String, name: String, size: Int, compressedSize: Int)
  /// All members together would grow out of all proportion.
  case bombTogether(file: String, size: Int, fileSize: Int)
  /// The compressed bytes of a member are damaged.
  case damaged(file: String, name: String, reason: String)
  /// The bytes of a member have another checksum than the directory says.
  case wrongChecksum(file: String, name: String, found: UInt32, expected: UInt32)
  /// There is no member of this name; the nearest one.
  case missingMember(file: String, name: String, nearest: String?)
}

extension ZipError {
  /// Wrong data, all of them.
  public var kind: FailureKind { .data }

  /// What is wrong, where, and how to fix it.
  public var message: String {
    switch self {
    case .noEndRecord(let file):
      return "'\(file)' is not a whole zip file: the record that ends one is missing.\n"
        + "Check what the file is, and that it was copied whole."
    case .severalParts(let file):
      return "'\(file)' is one part of a zip file in several parts. Join them into one file."
    case .badEndRecord(let file, let byte, let reason):
      return "'\(file)' is a damaged zip file: in its end record at byte \(byte), \(reason).\n"
        + "Copy or save it again."
    case .badEntry(let file, let entry, let byte, let reason):
      return "'\(file)' is a damaged zip file: in entry \(entry) of its directory, at byte "
        + "\(byte), \(reason).\nCopy or save it again."
    case .wrongCount(let file, let found, let declared):
      return "'\(file)' is a damaged zip file: its end record says \(declared) members, its "
        + "directory has \(found).\nCopy or save it again."
    case .unsafeName(let file, let name, let reason):
      return "'\(file)': the member name '\(shown(name))' is refused: \(reason).\n"
        + "Save the file again with plain relative names."
    case .duplicateName(let file, let name):
      return "'\(file)' has two members named '\(shown(name))'. Keep one of them."
    case .encrypted(let file, let name):
      return "'\(file)': the member '\(shown(name))' is encrypted. Save it without a password."
    case .unknownMethod(let file, let name, let method):
      return "'\(file)': the member '\(shown(name))' is compressed by method \(method). "
        + "Only stored (0) and deflated (8) members are read: save it as one of these."
    case .beyondEnd(let file, let name, let byte, let size, let end):
      return "'\(file)': the member '\(shown(name))' (\(size) bytes at byte \(byte)) reaches "
        + "beyond byte \(end), where members end.\nThe file is cut short or damaged: copy or "
        + "save it again."
    case .overlap(let file, let first, let second, let byte):
      return "'\(file)': the members '\(shown(first))' and '\(shown(second))' overlap at byte "
        + "\(byte). No zip program writes that; the file is refused."
    case .headersDiffer(let file, let name, let byte, let what):
      return "'\(file)': the header of the member '\(shown(name))' at byte \(byte) and the "
        + "directory disagree about \(what).\nThe file is damaged or forged: save it again."
    case .bomb(let file, let name, let size, let compressedSize):
      return "'\(file)': the member '\(shown(name))' would grow from \(compressedSize) to "
        + "\(size) bytes, more than 100 times: refused.\nIf it is meant, save the file "
        + "uncompressed."
    case .bombTogether(let file, let size, let fileSize):
      return "'\(file)': \(fileSize) bytes would grow to \(size), more than 100 times: refused.\n"
        + "If it is meant, save the file uncompressed."
    case .damaged(let file, let name, let reason):
      return "'\(file)': the member '\(shown(name))' cannot be unpacked: \(reason).\n"
        + "Copy or save the file again."
    case .wrongChecksum(let file, let name, let found, let expected):
      return "'\(file)': the member '\(shown(name))' is damaged: its checksum (CRC-32) is "
        + "\(hexadecimal(found)), not \(hexadecimal(expected)).\nCopy or save the file again."
    case .missingMember(let file, let name, let nearest):
      return "'\(file)' has no member '\(shown(name))'."
        + (nearest.map { " Did you mean '\(shown($0))'?" } ?? "")
    }
  }

  private func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
