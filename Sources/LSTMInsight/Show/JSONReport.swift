// A step as JSON, for programs: every number in full precision, the same names as everywhere.

import LSTMCore

/// A step as JSON.
///
/// `preactivation` and `terms` of a gate are null where the gate is pinned or coupled and its
/// weights are not read.
public struct JSONReport {
  private let report: StepReport

  /// Makes the JSON of a step.
  public init(_ report: StepReport) {
    self.report = report
  }

  /// The document.
  public var text: String {
    let step = report.step
    let document = JSONText.object([
      ("input", .numbers(step.input)), ("hidden", .numbers(step.hidden)),
      ("cell", .numbers(step.cell)),
      ("preactivation", Self.perGate { Self.optional(step.gates[$0].preactivation) }),
      ("terms", Self.perGate { step.gates[$0].terms.map(Self.terms) ?? .null }),
      ("gates", Self.perGate { .numbers(step.gates[$0].value) }),
      ("newCell", .numbers(step.newCell)), ("newHidden", .numbers(step.newHidden)),
      ("notes", .list(report.notes.map { .string($0.plain) })),
    ])
    return document.text(report.precision) + "\n"
  }

  private static func perGate(_ value: (Gate) -> JSONText) -> JSONText {
    .object(Gate.allCases.map { ($0.rawValue, value($0)) })
  }

  private static func optional(_ values: [Double]?) -> JSONText {
    values.map(JSONText.numbers) ?? .null
  }

  private static func terms(_ terms: CellStep<Double>.Terms) -> JSONText {
    var members: [(key: String, value: JSONText)] = [
      ("input", .numbers(terms.input)), ("hidden", .numbers(terms.hidden)),
      ("bias", .numbers(terms.bias)),
    ]
    if let second = terms.recurrentBias { members.append(("recurrentBias", .numbers(second))) }
    if let peephole = terms.peephole { members.append(("peephole", .numbers(peephole))) }
    return .object(members)
  }
}
