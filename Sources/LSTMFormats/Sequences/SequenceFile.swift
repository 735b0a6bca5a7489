// What a network is run on, out of a file: .npy, .npz or .csv, time-major unless said otherwise.

import LSTMCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Sequences out of a file, and where to start with them.
public struct SequenceFile: Equatable, Sendable {
  /// Values `[T, B, I]` or token ids `[T, B]`.
  public var input: NetworkInput<Double>
  /// The states to start from, where the file has them.
  public var states = StateArrays()
  /// The number of valid steps of each sequence, where the file has them.
  public var lengths: [Int]?

  /// Reads sequences.
  ///
  /// - Parameters:
  ///   - path: a `.npy` file: numbers `[T, B, I]` or `[T, I]` for one sequence, or whole numbers
  ///     `[T, B]` or `[T]` for a network that reads tokens; an `.npz` file with such an array
  ///     `input` and perhaps states (``StateArrays``) and `lengths`; or text with a step a line, numbers
  ///     separated by commas, with or without a heading.
  ///   - readsTokens: whether the network reads token ids.
  ///   - isBatchFirst: whether arrays are `[B, T, I]` and `[B, T]`. States never are.
  /// - Throws: ``SequenceFileError``, or what reading the container throws.
  public static func read(_ path: String, readsTokens: Bool, isBatchFirst: Bool = false) throws
    -> SequenceFile
  {
    let storage = try ByteStorage(mapping: path)
    if NumpyFile.matches(storage) {
      let tensor = try NumpyFile(contentsOf: path).tensor
      return SequenceFile(
        input: try input(tensor, path, readsTokens: readsTokens, isBatchFirst: isBatchFirst))
    }
    if ZipArchive.matches(storage) {
      return try archive(path, readsTokens: readsTokens, isBatchFirst: isBatchFirst)
    }
    let text = try FileAccess.readText(path)
    return SequenceFile(
      input: try input(
        CSVTable(text, file: path).tensor, path, readsTokens: readsTokens, isBatchFirst: false))
  }

  private static func archive(_ path: String, readsTokens: Bool, isBatchFirst: Bool) throws
    -> SequenceFile
  {
    let file = try NpzFile(contentsOf: path)
    let valid = ["input", "hidden", "cell", "lengths"]
    if let unknown = file.names.first(where: { !valid.contains($0) && !StateArrays.isName($0) }) {
      throw SequenceFileError.unknownArray(
        file: path, name: unknown, nearest: nearestName(to: unknown, among: valid))
    }
    guard file.names.contains("input") else {
      throw SequenceFileError.missingInput(file: path, found: file.names)
    }
    var result = SequenceFile(
      input: try input(
        try file.tensor("input"), path, readsTokens: readsTokens, isBatchFirst: isBatchFirst))
    for name in file.names where StateArrays.isName(name) {
      try result.states.add(file.tensor(name), name: name, file: path)
    }
    if file.names.contains("lengths") {
      let tensor = try file.tensor("lengths")
      guard tensor.shape.count == 1, let lengths = tensor.integers else {
        throw SequenceFileError.shape(
          file: path, array: "lengths", found: tensor.shape, expected: "[B] whole numbers")
      }
      result.lengths = lengths
    }
    return result
  }

  private static func input(
    _ tensor: Tensor, _ path: String, readsTokens: Bool, isBatchFirst: Bool
  ) throws -> NetworkInput<Double> {
    if readsTokens {
      let isTable = tensor.shape.count == 2 || tensor.shape.count == 1
      guard isTable, let ids = tensor.integers else {
        throw SequenceFileError.shape(
          file: path, array: "input", found: tensor.shape,
          expected: "[T, B] whole numbers, for this network reads token ids")
      }
      let (rows, columns) = (tensor.shape[0], tensor.shape.count == 2 ? tensor.shape[1] : 1)
      guard isBatchFirst, tensor.shape.count == 2 else {
        return .tokens(ids: ids, steps: rows, batch: columns)
      }
      let swapped = (0..<columns).flatMap { step in
        (0..<rows).map { ids[$0 * columns + step] }
      }
      return .tokens(ids: swapped, steps: columns, batch: rows)
    }
    guard let array = tensor.array3 else {
      throw SequenceFileError.shape(
        file: path, array: "input", found: tensor.shape,
        expected: "[T, B, I], or [T, I] for one sequence")
    }
    guard isBatchFirst, tensor.shape.count == 3 else { return .values(array) }
    return .values(array.swappingPlanesAndRows)
  }
}

extension Tensor {
  /// The numbers as an array of three dimensions; two get one of size 1 between them. Nil for
  /// another number of dimensions.
  public var array3: Array3<Double>? {
    switch shape.count {
    case 3:
      Array3(planes: shape[0], rows: shape[1], columns: shape[2], values: doubles())
    case 2:
      Array3(planes: shape[0], rows: 1, columns: shape[1], values: doubles())
    default: nil
    }
  }

  /// The numbers as integers; nil where one is none.
  var integers: [Int]? {
    let values = doubles().map { Int(exactly: $0) }
    let integers = values.compactMap { $0 }
    return integers.count == values.count ? integers : nil
  }
}

/// What can be wrong with sequences in a file.
public enum SequenceFileError: Error, Equatable, Sendable {
  /// An array has a shape that cannot be meant.
  case shape(file: String, array: String, found: [Int], expected: String)
  /// An .npz has an array of a name that means nothing here.
  case unknownArray(file: String, name: String, nearest: String?)
  /// An .npz has no array `input`.
  case missingInput(file: String, found: [String])
  /// An array has the states of a layer that the network does not have.
  case unknownState(file: String, name: String, valid: [String])
  /// There are states of one layer and those of all layers.
  case statesTwice(file: String, name: String)
  /// A line of a text file has more or fewer numbers than the first.
  case raggedLine(file: String, line: Int, found: Int, expected: Int)
}

extension SequenceFileError: CustomStringConvertible {
  /// What is wrong, where, and how to fix it.
  public var description: String {
    switch self {
    case .shape(let file, let array, let found, let expected):
      let shape = "[" + found.map(String.init).joined(separator: ", ") + "]"
      return "'\(file)': '\(array)' is \(shape), but has to be \(expected)."
    case .unknownArray(let file, let name, let nearest):
      let hint = nearest.map { " Did you mean '\($0)'?" } ?? ""
      return "'\(file)' has the unknown array '\(name)'.\(hint)\n"
        + "Valid here: input, hidden, cell, lengths; hidden_l0, cell_l0_reverse and so on for one layer."
    case .missingInput(let file, let found):
      return "'\(file)' has no array 'input', only \(found.joined(separator: ", ")). "
        + "Name the sequences 'input'."
    case .unknownState(let file, let name, let valid):
      return "'\(file)' has the states '\(name)', but this network has no such layer or direction. "
        + "It has \(valid.prefix(8).joined(separator: ", "))\(valid.count > 8 ? ", …" : "")."
    case .statesTwice(let file, let name):
      let whole = name.hasPrefix("cell") ? "cell" : "hidden"
      return "'\(file)' has both '\(whole)', the states of all layers, and '\(name)'. Keep one."
    case .raggedLine(let file, let line, let found, let expected):
      return "'\(file)', line \(line): there are \(found) numbers, but the first line has "
        + "\(expected). Every step needs as many."
    }
  }
}

/// A table of numbers as text: a step a line.
struct CSVTable {
  let tensor: Tensor

  init(_ text: String, file: String) throws {
    var rows: [[Double]] = []
    var isFirst = true
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let line = line.filter { $0 != "\r" && $0 != "\u{FEFF}" }
      guard line.contains(where: { !$0.isWhitespace }) else { continue }
      let place = "'\(file)', line \(index + 1)"
      do {
        let values = try NumberList(parsing: line, place: place).values
        guard rows.isEmpty || values.count == rows[0].count else {
          throw SequenceFileError.raggedLine(
            file: file, line: index + 1, found: values.count, expected: rows[0].count)
        }
        rows.append(values)
      } catch LSTMFormatsError.notANumber where isFirst {
        // The heading: names of the columns.
      }
      isFirst = false
    }
    guard let columns = rows.first?.count else {
      throw LSTMFormatsError.emptyList(place: "'\(file)'")
    }
    tensor = Tensor(rows.flatMap { $0 }, shape: [rows.count, columns])
  }
}
