// The tensors of an archive by name, checked as they are taken out, and the sizes that cells have by
// the shapes of their arrays. The parameters of a cell are made of them in CellParts.swift.

import LSTMCore

/// The tensors of an archive by name, checked as they are taken out.
struct TensorTable {
  /// The file's name, for errors.
  let file: String
  private let tensors: [String: Tensor]

  init(_ archive: TensorArchive, file: String) {
    self.file = file
    tensors = Dictionary(
      archive.entries.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
  }

  /// The shape of a tensor, or nil where there is none of this name.
  func shape(_ name: String?) -> [Int]? { name.flatMap { tensors[$0]?.shape } }

  /// Whether two tensors are the same, byte for byte: one that is used twice has two names.
  func areSame(_ one: String, _ other: String) -> Bool {
    guard let first = tensors[one], let second = tensors[other], first.shape == second.shape,
      first.type == second.type
    else { return false }
    return first.withUnsafeBytes { bytes in
      second.withUnsafeBytes { bytes.elementsEqual($0) }
    }
  }

  /// The type of a tensor's numbers.
  func type(_ name: String) -> NumberType? { tensors[name]?.type }

  /// Whether a network of this type of numbers has those of all these tensors exactly.
  func holds<Number: NetworkNumber>(_ names: some Sequence<String>, as number: Number.Type) -> Bool
  {
    names.allSatisfy { type($0).map(Number.holds) ?? true }
  }

  /// A matrix whose sizes in the file are known; nil stands for a size that is not known, and has
  /// to be above 0. Whether its numbers are finite is for whoever brings the network together.
  func matrix<Number: NetworkNumber>(
    _ name: String, _ rows: Int?, _ columns: Int?, isTransposed: Bool = false, because: String
  ) throws -> Matrix<Number> {
    let tensor = try tensor(name, [rows, columns], because: because)
    let block = tensor.block(isTransposed: isTransposed)
    return Matrix(
      rows: block.rows, columns: block.columns, values: Number.numbers(of: tensor, in: block))
  }

  /// A list of known length.
  func vector<Number: NetworkNumber>(_ name: String, _ count: Int?, because: String) throws
    -> [Number]
  {
    let tensor = try tensor(name, [count], because: because)
    return Number.numbers(of: tensor, in: tensor.block())
  }

  /// A tensor of weights of known sizes.
  func tensor(_ name: String, _ sizes: [Int?], because: String) throws -> Tensor {
    guard let tensor = tensors[name] else {
      throw ModelError.missingTensor(file: file, name: name, because: because)
    }
    guard tensor.type.isFloatingPoint else {
      throw ModelError.notWeights(file: file, tensor: name, type: tensor.type)
    }
    let fits =
      tensor.shape.count == sizes.count
      && zip(tensor.shape, sizes).allSatisfy { found, size in
        found > 0 && found == size ?? found
      }
    guard fits else {
      let expected = sizes.map { $0.map(String.init) ?? "n" }.joined(separator: " x ")
      throw ModelError.shape(
        file: file, tensor: name, found: tensor.shape,
        expected: expected + (because.isEmpty ? "" : ", since \(because)"))
    }
    return tensor
  }

  /// Brings a part of a network together, which looks at every number once. Where one is not
  /// finite, the error names the first of these tensors that has such a number.
  func naming<Result>(_ names: some Sequence<String>, _ body: () throws -> Result) throws -> Result
  {
    func checkFinite() throws {
      for name in names {
        guard let index = tensors[name]?.doubles().firstIndex(where: { !$0.isFinite }) else {
          continue
        }
        throw ModelError.notFinite(file: file, tensor: name, index: index)
      }
    }
    do {
      return try body()
    } catch let error as LSTMCoreError {
      if case .notFinite = error { try checkFinite() }
      throw error
    } catch let error as NetworkError {
      if case .partNotFinite = error { try checkFinite() }
      throw error
    }
  }

  /// A matrix of finite numbers that no network looks at.
  func finiteMatrix(_ name: String, _ rows: Int?, _ columns: Int?, because: String) throws
    -> Matrix<Double>
  {
    let matrix: Matrix<Double> = try matrix(name, rows, columns, because: because)
    if let index = matrix.values.firstIndex(where: { !$0.isFinite }) {
      throw ModelError.notFinite(file: file, tensor: name, index: index)
    }
    return matrix
  }
}

/// The sizes of a cell, seen from the shapes of its arrays.
struct CellSizes: Equatable {
  var inputs: Int
  var hidden: Int
  var outputs: Int
}

extension CellSource {
  /// What the arrays are if they are not an LSTM's: a GRU has three blocks, a plain RNN one.
  func otherKind(_ table: TensorTable) -> String? {
    guard let name = names[.hiddenWeights], names[.projection] == nil,
      let shape = table.shape(name), shape.count == 2
    else { return nil }
    guard !naming.isGateByGate else { return nil }
    let (units, blocks) = naming.isTransposed ? (shape[0], shape[1]) : (shape[1], shape[0])
    guard units > 0 else { return nil }
    if blocks == units { return "'\(name)' has one block, so it is of a plain RNN" }
    let (product, overflow) = units.multipliedReportingOverflow(by: 3)
    return !overflow && blocks == product
      ? "'\(name)' has three blocks, so it is of a GRU" : nil
  }

  /// The sizes, or nil where the shapes make no sense; then ``parameters(_:)`` says why.
  func sizes(_ table: TensorTable) -> CellSizes? {
    func shape(_ slot: CellNaming.Slot) -> [Int]? {
      guard let shape = table.shape(names[slot]), shape.count == 2 else { return nil }
      return isTransposed ?? naming.isTransposed ? shape.reversed() : shape
    }
    if naming.isGateByGate {
      guard let input = shape(.gateInput(.forget)) else { return nil }
      return CellSizes(inputs: input[1], hidden: input[0], outputs: input[0])
    }
    if let whole = shape(.weights) {
      let outputs = shape(.projection)?[0] ?? whole[0] / 4
      guard whole[1] > outputs else { return nil }
      return CellSizes(inputs: whole[1] - outputs, hidden: whole[0] / 4, outputs: outputs)
    }
    guard let input = shape(.inputWeights), let hidden = shape(.hiddenWeights) else { return nil }
    return CellSizes(inputs: input[1], hidden: hidden[0] / 4, outputs: hidden[1])
  }
}
