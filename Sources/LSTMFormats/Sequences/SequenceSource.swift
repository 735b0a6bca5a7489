// What a network is run on, out of a file: .npy, .npz or .csv, a block of steps at a time. Only the block
// that is asked for is converted; the file itself is mapped, not read into memory.

import LSTMCore

/// Sequences in a file, read in blocks of steps.
///
/// A file is a `.npy` file, numbers `[T, B, I]` or `[T, I]` for one sequence, or whole numbers `[T, B]` or
/// `[T]` for a network that reads tokens; an `.npz` file with such an array `input` and perhaps states
/// (``StateArrays``) and `lengths`; or text with a step a line, numbers separated by commas, with or
/// without a heading.
public struct SequenceSource: Sendable {
  /// The name of the file, for messages.
  public let file: String
  /// The number of steps, T.
  public let steps: Int
  /// The number of sequences, B.
  public let batch: Int
  /// The states to start from, where the file has them.
  public private(set) var states = StateArrays()
  /// The number of valid steps of each sequence, where the file has them.
  public private(set) var lengths: [Int]?
  private var contents: Contents

  private enum Contents: Sendable {
    /// `[T, B, I]` or, batch-first, `[B, T, I]`.
    case values(Tensor, features: Int, isBatchFirst: Bool)
    /// `[T, B]` or, batch-first, `[B, T]`.
    case tokens(Tensor, isBatchFirst: Bool)
    /// Lines of numbers: values of one sequence, or tokens of several.
    case lines(CSVLines, areTokens: Bool)
  }

  /// Opens a file. A pipe is read to its end.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - readsTokens: whether the network reads token ids.
  ///   - isBatchFirst: whether arrays are `[B, T, I]` and `[B, T]`. States never are, nor is text.
  /// - Throws: ``SequenceFileError``, or what reading the container throws.
  public init(contentsOf path: String, readsTokens: Bool, isBatchFirst: Bool = false) throws {
    try self.init(
      storage: ByteStorage.contents(of: path), file: path, readsTokens: readsTokens,
      isBatchFirst: isBatchFirst)
  }

  /// Takes the bytes of a file.
  ///
  /// - Parameters:
  ///   - storage: the whole file.
  ///   - file: what to call it in messages.
  ///   - readsTokens: whether the network reads token ids.
  ///   - isBatchFirst: whether arrays are `[B, T, I]` and `[B, T]`. States never are.
  /// - Throws: ``SequenceFileError``, or what reading the container throws.
  public init(
    storage: ByteStorage, file: String, readsTokens: Bool, isBatchFirst: Bool = false
  ) throws {
    if NumpyFile.matches(storage) {
      try self.init(
        NumpyFile(storage: storage, file: file).tensor, file, readsTokens: readsTokens,
        isBatchFirst: isBatchFirst)
    } else if ZipArchive.matches(storage) {
      try self.init(
        NpzFile(storage: storage, file: file), file, readsTokens: readsTokens,
        isBatchFirst: isBatchFirst)
    } else {
      let lines = try CSVLines(storage, file: file)
      self.init(
        file, steps: lines.count, batch: readsTokens ? lines.columns : 1,
        .lines(lines, areTokens: readsTokens))
    }
  }

  /// Takes the token ids of one sequence.
  ///
  /// - Parameters:
  ///   - tokens: the ids, `[T]`.
  ///   - file: what to call them in messages.
  public init(tokens: [Int], file: String) {
    let tensor = Tensor(tokens.map { Int64($0) }, shape: [tokens.count, 1])
    self.init(
      file, steps: tokens.count, batch: 1, .tokens(tensor, isBatchFirst: false))
  }

  private init(_ file: String, steps: Int, batch: Int, _ contents: Contents) {
    (self.file, self.steps, self.batch, self.contents) = (file, steps, batch, contents)
  }

  private init(_ npz: NpzFile, _ file: String, readsTokens: Bool, isBatchFirst: Bool) throws {
    let valid = ["input", "hidden", "cell", "lengths"]
    if let unknown = npz.names.first(where: { !valid.contains($0) && !StateArrays.isName($0) }) {
      throw SequenceFileError.unknownArray(
        file: file, name: unknown, nearest: nearestName(to: unknown, among: valid))
    }
    guard npz.names.contains("input") else {
      throw SequenceFileError.missingInput(file: file, found: npz.names)
    }
    try self.init(
      npz.tensor("input"), file, readsTokens: readsTokens, isBatchFirst: isBatchFirst)
    for name in npz.names where StateArrays.isName(name) {
      try states.add(npz.tensor(name), name: name, file: file)
    }
    if npz.names.contains("lengths") {
      let tensor = try npz.tensor("lengths")
      guard tensor.shape.count == 1, let found = tensor.integers(0..<tensor.count) else {
        throw SequenceFileError.shape(
          file: file, array: "lengths", found: tensor.shape, expected: "[B] whole numbers")
      }
      lengths = found
    }
  }

  private init(_ tensor: Tensor, _ file: String, readsTokens: Bool, isBatchFirst: Bool) throws {
    let shape = tensor.shape
    // The dimensions of an array of several sequences; one less is a single sequence.
    let most = readsTokens ? 2 : 3
    guard shape.count == most || shape.count == most - 1 else {
      if readsTokens { throw Self.noTokens(tensor, file) }
      throw SequenceFileError.shape(
        file: file, array: "input", found: shape,
        expected: "[T, B, I], or [T, I] for one sequence")
    }
    let isSwapped = isBatchFirst && shape.count == most
    let sizes = (shape[0], shape.count == most ? shape[1] : 1)
    self.init(
      file, steps: isSwapped ? sizes.1 : sizes.0, batch: isSwapped ? sizes.0 : sizes.1,
      readsTokens
        ? .tokens(tensor, isBatchFirst: isSwapped)
        : .values(tensor, features: shape[shape.count - 1], isBatchFirst: isSwapped))
  }

  /// The input of some steps: values `[steps, B, I]` or tokens `[steps, B]`, each number rounded to
  /// the nearest.
  ///
  /// - Parameter range: the steps, counted from 0. Text is read fastest in order.
  /// - Throws: ``SequenceFileError`` where a token is no whole number, and what is wrong in a line of
  ///   text.
  public mutating func input<Scalar: BinaryFloatingPoint>(_ range: Range<Int>) throws
    -> NetworkInput<Scalar>
  {
    switch contents {
    case .values(let tensor, let features, let isBatchFirst):
      let values = [Scalar](unsafeUninitializedCapacity: range.count * batch * features) {
        buffer, count in
        count = range.count * batch * features
        guard let base = buffer.baseAddress, count > 0 else { return }
        guard isBatchFirst else {
          let row = batch * features
          return tensor.copy(range.lowerBound * row..<range.upperBound * row, to: base)
        }
        for step in range {
          for sequence in 0..<batch {
            let start = (sequence * steps + step) * features
            let place = ((step - range.lowerBound) * batch + sequence) * features
            tensor.copy(start..<start + features, to: base + place)
          }
        }
      }
      return .values(
        Array3(planes: range.count, rows: batch, columns: features, values: values))
    case .tokens(let tensor, let isBatchFirst):
      var ids: [Int] = []
      if isBatchFirst {
        // A sequence after the other, put side by side.
        let rows = try (0..<batch).map { sequence in
          try Self.tokens(
            tensor, sequence * steps + range.lowerBound..<sequence * steps + range.upperBound, file)
        }
        for step in 0..<range.count { ids += rows.map { $0[step] } }
      } else {
        ids = try Self.tokens(tensor, range.lowerBound * batch..<range.upperBound * batch, file)
      }
      return .tokens(ids: ids, steps: range.count, batch: batch)
    case .lines(var lines, let areTokens):
      contents = .tokens(Tensor([Double](), shape: [0]), isBatchFirst: false)
      defer { contents = .lines(lines, areTokens: areTokens) }
      let values = try lines.numbers(range)
      guard areTokens else {
        return .values(
          Array3(
            planes: range.count, rows: 1, columns: lines.columns, values: values.map { Scalar($0) })
        )
      }
      let tensor = Tensor(values, shape: [range.count, batch])
      return .tokens(
        ids: try Self.tokens(tensor, 0..<values.count, file), steps: range.count, batch: batch)
    }
  }

  private static func tokens(_ tensor: Tensor, _ range: Range<Int>, _ file: String) throws -> [Int]
  {
    guard let ids = tensor.integers(range) else { throw noTokens(tensor, file) }
    return ids
  }

  private static func noTokens(_ tensor: Tensor, _ file: String) -> SequenceFileError {
    .shape(
      file: file, array: "input", found: tensor.shape,
      expected: "[T, B] whole numbers, for this network reads token ids")
  }
}
