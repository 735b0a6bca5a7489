// Coupling, pins and the named variants: each is the setting its paper describes.

import LSTMCore
import TestSupport
import Testing

@Suite("Variants")
struct VariantTests {
  /// One step of the usual random cell under other settings.
  private func step(_ variant: CellVariant<Double>) throws -> CellStep<Double> {
    let sample = try RandomCellCase("vanilla").make()
    return try ReadableCell(parameters: sample.cell.parameters, variant: variant).step(
      input: sample.input, hidden: sample.hidden, cell: sample.state)
  }

  private func ones(_ count: Int) -> [Double] { [Double](repeating: 1, count: count) }

  @Test("Coupled gates add up to one", arguments: CellVariant<Double>.Coupling.allCases)
  func coupling(sense: CellVariant<Double>.Coupling) throws {
    let coupled = try step(CellVariant(coupling: sense))
    let free = try step(CellVariant())
    // 1 - v is rounded once; added to v again it may miss 1 by one bit.
    expectClose(
      "f + i", zip(coupled.gates.forget.value, coupled.gates.input.value).map(+), ones(4),
      within: .absolute(2.3e-16))
    switch sense {
    case .forgetFromInput:
      #expect(coupled.gates.input == free.gates.input)
      #expect(coupled.gates.forget.terms == nil)
    case .inputFromForget:
      #expect(coupled.gates.forget == free.gates.forget)
      #expect(coupled.gates.input.terms == nil)
    }
    #expect(coupled.gates.candidate == free.gates.candidate)
  }

  @Test("A pinned gate has its constant, the others what they had", arguments: Gate.allCases)
  func pins(gate: Gate) throws {
    var variant = CellVariant<Double>()
    variant.pinned[gate] = 0.375
    let pinned = try step(variant)
    let free = try step(CellVariant())
    #expect(pinned.gates[gate].value == [0.375, 0.375, 0.375, 0.375])
    for other in Gate.allCases where other != gate {
      #expect(pinned.gates[other] == free.gates[other])
    }
  }

  @Test("A pin outranks a coupling, and the other gate follows the pin")
  func pinAndCoupling() {
    var variant = CellVariant<Double>(coupling: .forgetFromInput)
    #expect(variant.source(of: .forget) == .oneMinus(.input))
    #expect(variant.source(of: .input) == .weights)
    variant.pinned.input = 0.25
    #expect(variant.source(of: .forget) == .oneMinus(.input))
    #expect(variant.source(of: .input) == .constant(0.25))
    variant.pinned.forget = 0.5
    #expect(variant.source(of: .forget) == .constant(0.5))
  }

  @Test("The gate that follows a pinned one is one minus the constant")
  func followsPin() throws {
    var variant = CellVariant<Double>(coupling: .inputFromForget)
    variant.pinned.forget = 0.75
    #expect(try step(variant).gates.input.value == [0.25, 0.25, 0.25, 0.25])
  }

  @Test("Vanilla is the default")
  func vanilla() {
    #expect(NamedVariant.vanilla.settings() == CellVariant<Double>())
  }

  @Test(
    "NIG, NFG and NOG: the gate is 1",
    arguments: [
      (NamedVariant.noInputGate, Gate.input), (.noForgetGate, .forget), (.noOutputGate, .output),
    ])
  func withoutGate(variant: NamedVariant, gate: Gate) throws {
    let found = try step(variant.settings())
    #expect(found.gates[gate].value == ones(4))
    var pinned = CellVariant<Double>()
    pinned.pinned[gate] = 1
    #expect(variant.settings() == pinned)
  }

  @Test("NIAF: the candidate is its pre-activation")
  func noInputActivation() throws {
    let found = try step(NamedVariant.noInputActivation.settings())
    #expect(found.gates.candidate.value == found.gates.candidate.preactivation)
  }

  @Test("NOAF: the output gate scales the cell state itself")
  func noOutputActivation() throws {
    let found = try step(NamedVariant.noOutputActivation.settings())
    #expect(found.newHidden == zip(found.gates.output.value, found.newCell).map(*))
  }

  @Test("CIFG: f = 1 - i, as Greff et al. write it")
  func coupled() throws {
    let found = try step(NamedVariant.coupled.settings())
    #expect(found.gates.forget.value == found.gates.input.value.map { 1 - $0 })
  }

  @Test("1997: f = 1, g = 4σ(z) - 2, h = o (2σ(c) - 1)")
  func original1997() throws {
    let found = try step(NamedVariant.original1997.settings())
    let rounding = Tolerance.absolute(1e-15)
    func sigma(_ x: Double) -> Double { 1 / (1 + .exp(-x)) }
    let z = try #require(found.gates.candidate.preactivation)
    #expect(found.gates.forget.value == ones(4))
    expectClose(
      "g", found.gates.candidate.value, z.map { 4 * sigma($0) - 2 }, within: rounding)
    #expect(found.kept == found.cell)
    expectClose(
      "h", found.newHidden,
      zip(found.gates.output.value, found.newCell).map { $0 * (2 * sigma($1) - 1) },
      within: rounding)
  }

  @Test("Settings go over to another precision and back unchanged", arguments: RandomCellCase.all)
  func map(kind: RandomCellCase) {
    // Every number of the table is a multiple of 1/8, so Float holds it exactly.
    #expect(CellVariant<Double>(CellVariant<Float>(kind.variant)) == kind.variant)
  }

  @Test("Every variant of the table has a name of its own, in the literature's words")
  func names() {
    #expect(
      NamedVariant.allCases.map(\.rawValue) == [
        "vanilla", "no-input-gate", "no-forget-gate", "no-output-gate", "no-input-activation",
        "no-output-activation", "coupled", "1997",
      ])
  }
}
