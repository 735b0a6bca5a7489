// Golden cases: what another implementation computed, as the scripts in Scripts/goldens write it.

import LSTMCore
import LSTMFormats
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One sequence that another implementation, or a publication, put through an LSTM.
public struct GoldenCase: Sendable, CustomTestStringConvertible {
  /// The precision the other implementation computed in.
  public enum Precision: String, Decodable, Sendable {
    /// 24 bits.
    case float
    /// 53 bits.
    case double
  }

  /// The file and the name in it.
  public let name: String
  /// The precision of the numbers.
  public let precision: Precision
  /// How far a result may lie off, absolutely.
  public let tolerance: Double
  /// The cell.
  public let cell: ReadableCell<Double>
  /// x of each step, `[T][I]`.
  public let inputs: [[Double]]
  /// h before the first step, `[P]`.
  public let hidden: [Double]
  /// c before the first step, `[H]`.
  public let state: [Double]
  /// h after each step, `[T][P]`, where it is known.
  public let outputs: [[Double]]?
  /// h after the last step, `[P]`, where it is known.
  public let newHidden: [Double]?
  /// c after the last step, `[H]`, where it is known.
  public let newCell: [Double]?

  /// The name: what a test report shows.
  public var testDescription: String { name }

  /// The names of the golden files there are.
  public static var files: [String] { Fixtures.names(in: "goldens", endingIn: ".json") }

  /// Every case of one file, which was read once.
  public static func read(_ file: String) throws -> [GoldenCase] {
    try known[file]?.get() ?? reading(file)
  }

  private static let known = Dictionary(
    uniqueKeysWithValues: files.map { file in (file, Result { try reading(file) }) })

  private static func reading(_ file: String) throws -> [GoldenCase] {
    let document = try JSONDecoder().decode(
      GoldenDocument.self, from: Fixtures.data("goldens/\(file)"))
    return try document.cases.map { try GoldenCase($0, file: file) }
  }

  /// Every case of every file. A file that cannot be read adds none; that each can is a test of
  /// its own.
  public static let all: [GoldenCase] = files.flatMap { (try? read($0)) ?? [] }

  fileprivate init(_ document: GoldenDocument.Case, file: String) throws {
    name = "\(file.prefix { $0 != "." }): \(document.name)"
    precision = document.precision
    tolerance = document.tolerance
    cell = try GoldenCell(weights: document.weights, variant: document.variant).cell(named: name)
    inputs = document.inputs
    hidden = document.hidden
    state = document.cell
    outputs = document.outputs
    newHidden = document.newHidden
    newCell = document.newCell
  }
}

/// Something in a golden file that is not understood, and so must not be passed over.
struct GoldenError: Error {
  let text: String
}

private struct GoldenDocument: Decodable {
  struct Case: Decodable {
    let name: String
    let precision: GoldenCase.Precision
    let tolerance: Double
    let weights: JSONValue
    let variant: GoldenVariant?
    let inputs: [[Double]]
    let hidden: [Double]
    let cell: [Double]
    let outputs: [[Double]]?
    let newHidden: [Double]?
    let newCell: [Double]?
  }

  let cases: [Case]
}

/// A cell as golden files have it.
struct GoldenCell: Decodable {
  let weights: JSONValue
  let variant: GoldenVariant?

  func cell(named name: String) throws -> ReadableCell<Double> {
    let variant = try variant?.settings() ?? CellVariant<Double>()
    let absent = Gate.allCases.filter { variant.source(of: $0) != .weights }
    return ReadableCell(
      parameters: try CellWeightsFile(
        data: JSONEncoder().encode(weights), file: name, optionalGates: Set(absent)
      ).parameters,
      variant: variant)
  }
}

/// The settings of a cell as golden files have them.
struct GoldenVariant: Decodable {
  let values: [String: JSONValue]

  init(from decoder: any Decoder) throws {
    values = try decoder.singleValueContainer().decode([String: JSONValue].self)
  }

  func settings() throws -> CellVariant<Double> {
    var variant = CellVariant<Double>()
    for (key, value) in values {
      switch (key, value) {
      case ("clip", .number(let bound)): variant.clip = bound
      case ("cellClip", .number(let bound)): variant.cellClip = bound
      case ("projectionClip", .number(let bound)): variant.projectionClip = bound
      case ("coupled", .text(let text)):
        variant.coupling = .init(rawValue: text)
        if variant.coupling == nil { throw GoldenError(text: "coupled: \(text)") }
      case ("activations", .object(let names)):
        for (place, name) in names { try variant.set(place, activation: name) }
      default: throw GoldenError(text: "variant: \(key)")
      }
    }
    return variant
  }
}

extension CellVariant<Double> {
  fileprivate mutating func set(_ place: String, activation value: JSONValue) throws {
    guard case .text(let text) = value else { throw GoldenError(text: "activations.\(place)") }
    let activation = try Activation<Double>(golden: text)
    if let gate = Gate(rawValue: place) {
      activations[gate] = activation
    } else if place == "cell" {
      cellActivation = activation
    } else {
      throw GoldenError(text: "activations.\(place)")
    }
  }
}

extension Activation where Scalar == Double {
  /// Reads "hard-sigmoid:0.2:0.5": the name, α and β.
  public init(golden text: String) throws {
    let parts = text.split(separator: ":").map(String.init)
    guard let kind = parts.first.flatMap({ Kind(rawValue: $0) }),
      parts.count == kind.parameterCount + 1
    else { throw GoldenError(text: "activation: \(text)") }
    let numbers = parts.dropFirst().compactMap { Double($0) }
    guard numbers.count == kind.parameterCount else { throw GoldenError(text: text) }
    self.init(kind, alpha: numbers.first, beta: numbers.dropFirst().first)
  }
}

/// Any JSON, so that a part of a document can be handed to the reader it is meant for.
enum JSONValue: Codable, Equatable, Sendable {
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let list = try? container.decode([JSONValue].self) {
      self = .list(list)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    case .list(let list): try container.encode(list)
    case .object(let object): try container.encode(object)
    }
  }
}
