// Published results of whole networks, as Scripts/goldens/make_sequences.py writes them.

import LSTMCore
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A network that another project ran in its own tests, with the numbers printed there.
public struct SequenceGolden: Sendable, CustomTestStringConvertible {
  /// Where the numbers stand.
  public struct Source: Decodable, Sendable {
    /// The repository, as owner/name.
    public let repository: String
    /// The file in it.
    public let path: String
    /// The commit, or the version.
    public let commit: String
    /// The test in the file.
    public let test: String
  }

  /// The name of the case.
  public let name: String
  /// Where the numbers stand.
  public let source: Source
  /// How far a result may lie off, absolutely.
  public let tolerance: Double
  /// The network.
  public let network: LSTMNetwork<Double>
  /// What it is run on.
  public let input: NetworkInput<Double>
  /// The valid steps of each sequence.
  public let lengths: [Int]?
  /// What a length of 0 means.
  public let emptySequences: EmptySequences
  /// The state to start from.
  public let state: NetworkState<Double>?
  /// How often it is run, each time from where it was.
  public let runs: Int
  /// The outputs of the last run, `[T, B, D·H]`, where they are known.
  public let output: Array3<Double>?
  /// The final hidden states, `[L·D, B, H]`, where they are known.
  public let newHidden: Array3<Double>?
  /// The final cell states, `[L·D, B, H]`, where they are known.
  public let newCell: Array3<Double>?
  /// The head's sums, where they are known.
  public let logits: Array3<Double>?
  /// The index in the outputs of a number that is misprinted.
  public let misprinted: Int?

  /// The name: what a test report shows.
  public var testDescription: String { name }

  /// Reads every case.
  public static func read() throws -> [SequenceGolden] {
    try JSONDecoder().decode(File.self, from: Fixtures.data("goldens-sequences/published.json"))
      .cases.map { try SequenceGolden($0) }
  }

  /// Every case; none where the file cannot be read, which is a test of its own.
  public static let all: [SequenceGolden] = (try? read()) ?? []

  private init(_ document: Document) throws {
    name = document.name
    source = document.source
    tolerance = document.tolerance
    lengths = document.lengths
    emptySequences =
      document.emptySequences.flatMap { EmptySequences(rawValue: $0) } ?? .refused
    runs = document.runs ?? 1
    misprinted = document.misprinted
    output = document.output?.array
    newHidden = document.newHidden?.array
    newCell = document.newCell?.array
    logits = document.logits?.array
    if let tokens = document.tokens {
      input = .tokens(
        ids: tokens.values.map { Int($0) }, steps: tokens.shape[0], batch: tokens.shape[1])
    } else if let values = document.input {
      input = .values(values.array)
    } else {
      throw GoldenError(text: "\(name) has no input")
    }
    network = try LSTMNetwork(
      front: document.embedding.map { .embedding($0.matrix) },
      layers: document.layers.map { try $0.layer(named: document.name) },
      head: document.headWeights.map {
        LinearHead(
          weights: $0.matrix, source: .init(rawValue: document.headReads ?? "") ?? .everyStep)
      })
    switch (document.hidden, document.cell) {
    case (nil, nil): state = nil
    case (let hidden?, let cell?):
      state = try NetworkState(hidden: hidden.array, cell: cell.array)
    default: throw GoldenError(text: "\(name) has one initial state of two")
    }
  }

  private struct File: Decodable {
    let cases: [Document]
  }

  private struct Document: Decodable {
    let name: String
    let source: Source
    let tolerance: Double
    let layers: [Layer]
    let input: Numbers?
    let tokens: Numbers?
    let embedding: Numbers?
    let headWeights: Numbers?
    let headReads: String?
    let lengths: [Int]?
    let emptySequences: String?
    let hidden: Numbers?
    let cell: Numbers?
    let runs: Int?
    let output: Numbers?
    let newHidden: Numbers?
    let newCell: Numbers?
    let logits: Numbers?
    let misprinted: Int?
  }

  private struct Layer: Decodable {
    let forward: GoldenCell?
    let reverse: GoldenCell?
    let order: String?

    func layer(named name: String) throws -> NetworkLayer<Double> {
      let reverse = try reverse?.cell(named: name)
      if let forward = try forward?.cell(named: name) {
        return NetworkLayer(forward: forward, reverse: reverse)
      }
      guard let reverse else { throw GoldenError(text: "\(name) has a layer without a cell") }
      return NetworkLayer(
        reverse: reverse, order: order.flatMap { .init(rawValue: $0) } ?? .steps)
    }
  }

  private struct Numbers: Decodable {
    let shape: [Int]
    let values: [Double]

    var array: Array3<Double> {
      Array3(planes: shape[0], rows: shape[1], columns: shape[2], values: values)
    }
    var matrix: Matrix<Double> { Matrix(rows: shape[0], columns: shape[1], values: values) }
  }
}
