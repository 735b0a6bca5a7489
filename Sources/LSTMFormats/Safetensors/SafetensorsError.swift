// What can be wrong with a safetensors file, and the words for it.

import LSTMCore

/// An error in a safetensors file, or in what was to be written to one.
public enum SafetensorsError: LSTMFailure, Equatable {
  /// The file is shorter than the eight bytes that every one begins with.
  case tooShort(file: String, count: Int)
  /// The header is said to be longer than the format allows.
  case headerTooLong(file: String, length: UInt64)
  /// The header reaches beyond the end of the file.
  case headerBeyondEnd(file: String, length: Int, available: Int)
  /// The header does not begin with a brace.
  case badStart(file: String)
  /// The header is not UTF-8.
  case notUTF8(file: String)
  /// The header is not JSON; `byte` counts from the start of the file.
  case notJSON(file: String, byte: Int, reason: String)
  /// A name stands twice: of a tensor, of a field of one, or a key of the metadata.
  case duplicateName(file: String, name: String, byte: Int)
  /// A tensor lacks one of its three fields.
  case missingField(file: String, tensor: String, field: String)
  /// A value is of another kind than it should be.
  case wrongKind(file: String, place: String, byte: Int, expected: String)
  /// A type that the format does not have.
  case unknownType(file: String, tensor: String, type: String)
  /// The shape has more numbers than any memory.
  case tooLarge(file: String, tensor: String, shape: [Int])
  /// Numbers of less than a byte that end within one.
  case fractionOfByte(file: String, tensor: String, shape: [Int], type: SafetensorsType)
  /// A tensor ends before it begins.
  case backwards(file: String, tensor: String, begin: Int, end: Int)
  /// A tensor has another number of bytes than its type and shape need.
  case wrongSize(file: String, tensor: String, found: Int, expected: Int)
  /// Bytes between two tensors, or before the first, belong to none.
  case gap(file: String, tensor: String, begin: Int, expected: Int)
  /// Two tensors share bytes.
  case overlap(file: String, first: String, second: String, byte: Int)
  /// The tensors end elsewhere than the file.
  case wrongEnd(file: String, expected: Int, found: Int)
  /// A tensor of a type that is not read here was asked for.
  case unsupportedType(file: String, tensor: String, type: SafetensorsType)
  /// There is no tensor of this name; the nearest one.
  case missingTensor(file: String, name: String, nearest: String?)
  /// A tensor that was to be written has the name that the format keeps for itself.
  case reservedName(file: String)
  /// Two tensors that were to be written have one name.
  case writtenTwice(file: String, name: String)
}

extension SafetensorsError {
  /// Wrong data, all of them.
  public var kind: FailureKind { .data }

  /// What is wrong, where, and how to fix it.
  public var message: String {
    switch self {
    case .tooShort(let file, let count):
      return "'\(file)' is not a safetensors file: it has \(count) "
        + "\(count == 1 ? "byte" : "bytes"), at least 10 are needed. Check the name."
    case .headerTooLong(let file, let length):
      return "'\(file)' is not a safetensors file: its header would be \(length) bytes long, "
        + "but \(SafetensorsHeader.longest) are the most. Check what the file is."
    case .headerBeyondEnd(let file, let length, let available):
      return "'\(file)' is cut short or no safetensors file: its header should have \(length) "
        + "bytes, but only \(available) are left."
    case .badStart(let file):
      return "'\(file)': the header does not begin with '{', as safetensors requires. "
        + "Save it again with the safetensors package."
    case .notUTF8(let file):
      return "'\(file)': the header is not UTF-8 text. The file is damaged or no safetensors file."
    case .notJSON(let file, let byte, let reason):
      return "'\(file)': the header is not valid JSON: at byte \(byte), \(reason)."
    case .duplicateName(let file, let name, let byte):
      return "'\(file)': '\(shown(name))' stands twice in the header, the second time at byte "
        + "\(byte). Keep one of them."
    case .missingField(let file, let tensor, let field):
      return "'\(file)': the tensor '\(shown(tensor))' lacks the field '\(field)'. "
        + "Each needs dtype, shape and data_offsets."
    case .wrongKind(let file, let place, let byte, let expected):
      return "'\(file)': \(place), at byte \(byte), has to be \(expected)."
    case .unknownType(let file, let tensor, let type):
      return "'\(file)': the tensor '\(shown(tensor))' has the unknown dtype '\(shown(type))'.\n"
        + "Known: \(SafetensorsType.allCases.map(\.rawValue).joined(separator: ", "))."
    case .tooLarge(let file, let tensor, let shape):
      return "'\(file)': the tensor '\(shown(tensor))' has the shape \(numpyShape(shape)), which "
        + "no memory can hold. The file is damaged or forged."
    case .fractionOfByte(let file, let tensor, let shape, let type):
      return "'\(file)': the tensor '\(shown(tensor))' of shape \(numpyShape(shape)) and dtype "
        + "\(type.rawValue) does not end at a whole byte. The file is damaged or forged."
    case .backwards(let file, let tensor, let begin, let end):
      return "'\(file)': the tensor '\(shown(tensor))' ends at \(end), before it begins at "
        + "\(begin). The file is damaged or forged."
    case .wrongSize(let file, let tensor, let found, let expected):
      return "'\(file)': the tensor '\(shown(tensor))' has \(found) bytes, but its dtype and shape "
        + "need \(expected). The file is damaged or forged."
    case .gap(let file, let tensor, let begin, let expected):
      return "'\(file)': the tensor '\(shown(tensor))' begins at \(begin), but the one before "
        + "ends at \(expected): no byte may be left out."
    case .overlap(let file, let first, let second, let byte):
      return "'\(file)': the tensors '\(shown(first))' and '\(shown(second))' overlap at "
        + "\(byte). No byte may belong to two; the file is damaged or forged."
    case .wrongEnd(let file, let expected, let found):
      return found < expected
        ? "'\(file)' is cut short: its tensors need \(expected) bytes, but only \(found) are "
          + "left. Copy or save it again."
        : "'\(file)': \(found - expected) "
          + "\(found - expected == 1 ? "byte follows" : "bytes follow") the last tensor. "
          + "No byte may be left over; copy or save it again."
    case .unsupportedType(let file, let tensor, let type):
      return "'\(file)': the tensor '\(shown(tensor))' has the dtype \(type.rawValue), which is "
        + "not read here. Save it as F32."
    case .missingTensor(let file, let name, let nearest):
      return "'\(file)' has no tensor '\(shown(name))'."
        + (nearest.map { " Did you mean '\(shown($0))'?" } ?? "")
    case .reservedName(let file):
      return "'\(file)': no tensor may be named '__metadata__'. Give it another name."
    case .writtenTwice(let file, let name):
      return "'\(file)': two tensors are named '\(shown(name))'. Keep one of them."
    }
  }
}
