// A diagnosis as JSON, for programs.

import LSTMCore

/// A diagnosis as JSON.
///
/// `causes` lists every mistake that reproduces the numbers. Those with the same `explanation` and
/// `alternative` belong together; of several alternatives of one explanation, one is enough.
public struct DiagnosisJSON {
  private let diagnosis: Diagnosis
  private let probeOptions: [String]

  /// Makes the JSON of a diagnosis.
  ///
  /// - Parameters:
  ///   - diagnosis: what was found.
  ///   - probeOptions: how a step on the probe is asked for.
  public init(_ diagnosis: Diagnosis, probeOptions: [String] = []) {
    self.diagnosis = diagnosis
    self.probeOptions = probeOptions
  }

  /// The document.
  public var text: String {
    JSONText.object([
      ("agrees", .bool(diagnosis.agrees)),
      ("firstDifference", diagnosis.firstDifference.map(Self.difference) ?? .null),
      ("causes", .list(causes)),
      ("unexplained", .list(diagnosis.unexplained.map { .string($0.resultName) })),
      ("hidden", Self.strings(diagnosis.hiddenIDs)),
      ("notChecked", Self.strings(diagnosis.notCheckedIDs)),
      ("probe", diagnosis.probe.map(probe) ?? .null),
    ]).text() + "\n"
  }

  private static func strings(_ values: [String]) -> JSONText {
    .list(values.map(JSONText.string))
  }

  private static func difference(_ difference: Diagnosis.Difference) -> JSONText {
    guard let unit = difference.unit else {
      return .object([
        ("quantity", .string(difference.quantity.resultName)), ("unit", .null), ("mine", .null),
        ("expected", .null), ("myCount", .number(difference.mine)),
        ("expectedCount", .number(difference.expected)),
      ])
    }
    return .object([
      ("quantity", .string(difference.quantity.resultName)), ("unit", .number(Double(unit + 1))),
      ("mine", .number(difference.mine)), ("expected", .number(difference.expected)),
    ])
  }

  private var causes: [JSONText] {
    let rounding: [JSONText] =
      diagnosis.rounding.map { rounding in
        [
          .object([
            ("id", .string(rounding.id)), ("which", .null),
            ("summary", .string("The numbers are right, rounded \(rounding.words).")),
            ("explains", Self.strings(diagnosis.verdicts.map(\.quantity.resultName))),
            ("fix", .string("Nothing has to change.")),
            ("explanation", .number(1)), ("alternative", .number(1)),
          ])
        ]
      } ?? []
    return rounding
      + diagnosis.explanations.enumerated().flatMap { index, explanation in
        explanation.alternatives.enumerated().flatMap { way, causes in
          causes.map { cause in
            .object([
              ("id", .string(cause.mistake.id)),
              ("which", cause.mistake.which.map(JSONText.string) ?? .null),
              ("summary", .string(cause.mistake.summary)),
              ("explains", Self.strings(cause.explains.map(\.resultName))),
              ("fix", .string(cause.fix)), ("explanation", .number(Double(index + 1))),
              ("alternative", .number(Double(way + 1))),
            ])
          }
        }
      }
  }

  private func probe(_ probe: Probe) -> JSONText {
    let parameters = probe.parameters
    func rows(_ matrix: Matrix<Double>) -> JSONText {
      .rows((0..<matrix.rows).map { Array(matrix.row($0)) })
    }
    var weights: [(key: String, value: JSONText)] = Gate.allCases.map { gate in
      let learned = parameters.gates[gate]
      var members: [(key: String, value: JSONText)] = [
        ("inputWeights", rows(learned.inputWeights)),
        ("hiddenWeights", rows(learned.hiddenWeights)), ("bias", .numbers(learned.bias)),
      ]
      if let second = learned.recurrentBias { members.append(("recurrentBias", .numbers(second))) }
      if let peephole = learned.peephole { members.append(("peephole", .numbers(peephole))) }
      return (gate.rawValue, .object(members))
    }
    if let projection = parameters.projection { weights.append(("projection", rows(projection))) }
    return .object([
      ("options", Self.strings(probeOptions)),
      ("input", .numbers(probe.input)), ("hidden", .numbers(probe.hidden)),
      ("cell", .numbers(probe.cell)), ("stillHidden", Self.strings(probe.stillHidden)),
      ("weights", .object(weights)),
    ])
  }
}
