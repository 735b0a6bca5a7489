// Every mistake of the catalogue is found by its name and by nothing else, alone, in pairs, three
// at a time and in one gate only; what inputs hide is listed, and a probe shows it.

import LSTMCore
import TestSupport
import Testing

@testable import LSTMInsight

@Suite struct DiagnosisTests {
  static let founding = StepInput(
    input: [-0.1, 0.3, 0.1, -0.25, 0.1], hidden: [0, 0.5, 0.1, 0.2, 0.6])

  static func foundingCell() throws -> ReadableCell<Double> {
    ReadableCell(
      parameters: try CellParameters(
        .identity, shape: CellShape(inputSize: 5, hiddenSize: 5), seed: 0))
  }

  @Test("One mistake is found by its id and by nothing else", arguments: MistakeFixture.cellNames)
  func singles(_ name: String) throws {
    let fixture = try MistakeFixture.cell(name)
    let cell = try fixture.readableCell()
    let cases = fixture.cases.filter {
      $0.ids.count == 1 && $0.only == nil && !$0.ids[0].hasPrefix("rounding")
    }
    #expect(cases.count > 55)
    for item in try MistakeFixture.tried(cases, of: name) {
      let diagnosis = try Diagnosis(cell: cell, given: fixture.given, claims: item.claims())
      #expect(!diagnosis.agrees)
      let found = diagnosis.explanations.flatMap(\.alternatives).map { way in
        way.map { "\($0.mistake.id) \($0.mistake.which ?? "-")" }
      }
      #expect(found == [["\(item.ids[0]) \((item.which[0]) ?? "-")"]], "\(name): \(item.title)")
      #expect(diagnosis.unexplained.isEmpty, "\(name): \(item.title)")
    }
  }

  @Test("Two mistakes at once are found as a pair", arguments: MistakeFixture.cellNames)
  func pairs(_ name: String) throws {
    let fixture = try MistakeFixture.cell(name)
    let cell = try fixture.readableCell()
    let cases = fixture.cases.filter { $0.ids.count == 2 }
    #expect(cases.count > 5)
    for item in LongTests.sample(of: cases, every: 3) {
      let diagnosis = try Diagnosis(cell: cell, given: fixture.given, claims: item.claims())
      let found = diagnosis.explanations.flatMap(\.alternatives).map { way in
        Set(way.map(\.mistake.id))
      }
      #expect(found == [Set(item.ids)], "\(name): \(item.title)")
    }
  }

  @Test("Three independent mistakes are each found", arguments: MistakeFixture.cellNames)
  func triples(_ name: String) throws {
    let fixture = try MistakeFixture.cell(name)
    let cell = try fixture.readableCell()
    let cases = fixture.cases.filter { $0.ids.count == 3 }
    #expect(!cases.isEmpty)
    for item in cases {
      let diagnosis = try Diagnosis(cell: cell, given: fixture.given, claims: item.claims())
      let found = diagnosis.explanations.flatMap { $0.alternatives[0].map(\.mistake.id) }
      #expect(Set(found) == Set(item.ids), "\(name): \(item.title)")
      #expect(diagnosis.unexplained.isEmpty, "\(name): \(item.title)")
    }
  }

  @Test("A mistake in one gate only is found there", arguments: MistakeFixture.cellNames)
  func local(_ name: String) throws {
    let fixture = try MistakeFixture.cell(name)
    let cell = try fixture.readableCell()
    for item in fixture.cases where item.only != nil {
      let diagnosis = try Diagnosis(cell: cell, given: fixture.given, claims: item.claims())
      #expect(diagnosis.explanations.count == 1)
      let ids = diagnosis.explanations[0].alternatives.map { $0.map(\.mistake.id) }
      #expect(ids.contains(item.ids), "\(name): \(item.title) found \(ids)")
      #expect(diagnosis.explanations[0].explains.map(\.resultName) == [item.only])
    }
  }

  @Test("Rounded numbers agree, and the rounding is said", arguments: MistakeFixture.cellNames)
  func rounding(_ name: String) throws {
    let fixture = try MistakeFixture.cell(name)
    let cell = try fixture.readableCell()
    let cases = fixture.cases.filter { $0.ids.first?.hasPrefix("rounding") == true }
    #expect(cases.count == 4)
    for item in cases {
      let diagnosis = try Diagnosis(cell: cell, given: fixture.given, claims: item.claims())
      #expect(diagnosis.agrees, "\(name): \(item.title)")
      #expect(diagnosis.roundingID == item.ids[0])
    }
  }

  @Test(
    "The right numbers agree, and random numbers hide nothing", arguments: MistakeFixture.cellNames)
  func right(_ name: String) throws {
    let fixture = try MistakeFixture.cell(name)
    let item = try #require(fixture.cases.first)
    #expect(item.ids.isEmpty)
    let diagnosis = try Diagnosis(
      cell: fixture.readableCell(), given: fixture.given, claims: item.claims())
    #expect(diagnosis.agrees)
    #expect(diagnosis.roundingID == nil)
    #expect(diagnosis.hiddenIDs == [])
    #expect(diagnosis.notCheckedIDs == [])
    #expect(diagnosis.probe == nil)
  }

  @Test("With fewer claims every mistake that fits is listed, the true one among them")
  func fewClaims() throws {
    for name in MistakeFixture.cellNames {
      let fixture = try MistakeFixture.cell(name)
      let cell = try fixture.readableCell()
      for item in try MistakeFixture.tried(fixture.cases, of: name)
      where item.ids.count == 1 && item.only == nil {
        guard !item.ids[0].hasPrefix("rounding") else { continue }
        let diagnosis = try Diagnosis(
          cell: cell, given: fixture.given, claims: item.claims(only: [.newHidden]))
        let ids = diagnosis.explanations.flatMap(\.alternatives).map { $0.map(\.mistake.id) }
        #expect(ids.contains(item.ids), "\(name): \(item.title) found \(ids)")
        #expect(ids.allSatisfy { $0.count == 1 }, "simplest first: no pair where one fits")
      }
    }
  }

  @Test("The founding example hides what zeros and identity weights must hide")
  func foundingHides() throws {
    var claims = Claims()
    claims[.gate(.forget)] = Claim(
      [0.47502081, 0.68997448, 0.549834, 0.4875026, 0.66818777], decimals: 8)
    let diagnosis = try Diagnosis(
      cell: Self.foundingCell(), given: Self.founding, claims: claims)
    #expect(diagnosis.agrees)
    #expect(diagnosis.roundingID == nil)
    let families = Set(diagnosis.hiddenIDs.map { String($0.prefix { $0 != ":" }) })
    #expect(
      families == [
        // identity weights: a product with the identity, transposed or not, is the vector itself
        "no-weights", "elementwise-weights", "swapped-inputs", "transposed-input-weights",
        "transposed-recurrent-weights",
        // the four gates have the same weights
        "gate-order", "shared-weights", "cell-forgets-candidate", "cell-swapped-gates",
        // no bias
        "no-bias", "bias-outside", "bias-twice", "shared-bias",
        // no old cell state
        "zero-cell", "cell-without-forget", "cell-factored",
      ])
    #expect(diagnosis.hiddenIDs.filter { $0.hasPrefix("gate-order") }.count == 23)
    #expect(diagnosis.notCheckedIDs.contains("candidate-sigmoid"))
    #expect(!diagnosis.notCheckedIDs.contains("hard-threshold"))
  }

  @Test(
    "The probe hides nothing, and its options take the same step",
    arguments: MistakeFixture.cellNames)
  func probe(_ name: String) throws {
    let cell = try MistakeFixture.cell(name).readableCell()
    let probe = try Probe(for: cell)
    #expect(probe.stillHidden == [])
    #expect(probe.parameters.shape == cell.parameters.shape)
    #expect(
      try CellParameters<Double>(
        .uniform(low: -1, high: 1), shape: cell.parameters.shape, seed: probe.seed)
        == probe.parameters)
  }

  @Test("The tolerance follows from the decimals that were given")
  func tolerance() throws {
    func agrees(_ forget: [Double], decimals: Int, tolerance: Double? = nil) throws -> Bool {
      var claims = Claims(tolerance: tolerance)
      claims[.gate(.forget)] = Claim(forget, decimals: decimals)
      return try Diagnosis(cell: Self.foundingCell(), given: Self.founding, claims: claims).agrees
    }
    #expect(try agrees([0.475, 0.690, 0.550, 0.488, 0.668], decimals: 3))
    #expect(try !agrees([0.476, 0.690, 0.550, 0.488, 0.668], decimals: 3))
    #expect(try !agrees([0.4760, 0.690, 0.550, 0.488, 0.668], decimals: 4))
    #expect(try agrees([0.476, 0.690, 0.550, 0.488, 0.668], decimals: 3, tolerance: 0.002))
    #expect(try !agrees([0.475, 0.690, 0.550, 0.488, 0.668], decimals: 3, tolerance: 1e-6))
    #expect(try !agrees([0, 1, 1, 0, 1], decimals: 0), "whole numbers are meant exactly")
  }

  @Test("Single precision is no mistake")
  func single() throws {
    for name in MistakeFixture.cellNames {
      let fixture = try MistakeFixture.cell(name)
      let item = try #require(fixture.cases.first)
      var claims = Claims()
      for quantity in Claims.order {
        claims[quantity] = item.results[quantity.resultName].map {
          Claim($0.map { Double(Float($0).nextUp) }, decimals: 9)
        }
      }
      let diagnosis = try Diagnosis(
        cell: fixture.readableCell(), given: fixture.given, claims: claims)
      #expect(diagnosis.agrees, "\(name): \(String(describing: diagnosis.firstDifference))")
    }
  }

  @Test("What no mistake explains is said to be unexplained, with the first difference")
  func unexplained() throws {
    let fixture = try MistakeFixture.cell("two-biases")
    let item = try #require(fixture.cases.first)
    var claims = item.claims()
    var values = try #require(item.results["candidate"])
    values[2] += 0.01234
    claims[.gate(.candidate)] = Claim(values, decimals: 15)
    let diagnosis = try Diagnosis(
      cell: fixture.readableCell(), given: fixture.given, claims: claims)
    #expect(diagnosis.explanations.isEmpty)
    // The cell state was right, so it no longer follows from the candidate that is claimed.
    #expect(diagnosis.unexplained == [.gate(.candidate), .newCell])
    #expect(diagnosis.firstDifference?.quantity == .gate(.candidate))
    #expect(diagnosis.firstDifference?.unit == 2)
  }
}
