// The oracle of mistakes: what each mistake of the catalogue computes, worked out by a NumPy script
// that knows the catalogue's table and nothing of this package (Scripts/goldens/make_mistakes.py).

import Foundation
import LSTMCore
import LSTMFormats
import LSTMInsight
import TestSupport
import Testing

/// The decoded file.
struct MistakeFixture: Decodable {
  struct Cell: Decodable {
    let name: String
    let weights: JSONTree
    let input: [Double]
    let hidden: [Double]
    let cell: [Double]
    let cases: [Case]

    func readableCell() throws -> ReadableCell<Double> {
      let data = try JSONEncoder().encode(weights)
      return ReadableCell(parameters: try CellWeightsFile(data: data, file: name).parameters)
    }

    var given: StepInput { StepInput(input: input, hidden: hidden, cell: cell) }
  }

  struct Case: Decodable {
    let ids: [String]
    let which: [String?]
    let only: String?
    let results: [String: [Double]]

    /// "no-bias", "shared-weights (output)", "no-bias + cell-sum", for messages.
    var title: String {
      let names = zip(ids, which).map { id, which in id + (which.map { " (\($0))" } ?? "") }
      return names.joined(separator: " + ") + (only.map { " in \($0) only" } ?? "")
    }

    /// All six results as somebody's claim, with every digit.
    func claims(only quantities: [Quantity] = Claims.order) -> Claims {
      var claims = Claims()
      for quantity in quantities {
        claims[quantity] = results[quantity.resultName].map { Claim($0, decimals: 15) }
      }
      return claims
    }
  }

  let cells: [Cell]

  static let shared = Result { () throws -> MistakeFixture in
    let data = try Fixtures.data("goldens-mistakes/mistakes.json")
    return try JSONDecoder().decode(MistakeFixture.self, from: data)
  }

  static let cellNames = ["two-biases", "one-bias", "peephole", "projection", "rectangular"]

  /// The cells that have a case, by its title.
  private static let holders = Result { () throws -> [String: [String]] in
    try shared.get().cells.reduce(into: [:]) { holders, cell in
      for item in cell.cases { holders[item.title, default: []].append(cell.name) }
    }
  }

  /// The cases of a cell that are tried: all where long tests are asked for, else every mistake with
  /// one of the cells that have it, each cell in its turn.
  static func tried(_ cases: [Case], of name: String) throws -> [Case] {
    if LongTests.isOn { return cases }
    let holders = try holders.get()
    let ranks = Dictionary(
      uniqueKeysWithValues: holders.keys.sorted().enumerated().map { ($0.element, $0.offset) })
    return cases.filter { item in
      guard let cells = holders[item.title], let rank = ranks[item.title] else { return true }
      return cells[rank % cells.count] == name
    }
  }

  static func cell(_ name: String) throws -> Cell {
    let fixture = try shared.get()
    return try #require(fixture.cells.first { $0.name == name })
  }
}

/// Any JSON, to be handed on as it is.
enum JSONTree: Codable {
  case object([String: JSONTree])
  case array([JSONTree])
  case number(Double)

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let array = try? container.decode([JSONTree].self) {
      self = .array(array)
    } else {
      self = .object(try container.decode([String: JSONTree].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .object(let members): try container.encode(members)
    case .array(let values): try container.encode(values)
    case .number(let value): try container.encode(value)
    }
  }
}
