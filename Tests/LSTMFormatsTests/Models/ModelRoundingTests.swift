// Models rounded to another type: what is stored, what it changed, and the forms that take it.

import LSTMCore
import LSTMFormats
import TestSupport
import Testing

@Suite("Models in another precision")
struct ModelRoundingTests {
  private func model() throws -> LSTMModel {
    LSTMModel(
      network: try LSTMNetwork(
        front: .embedding(Matrix(rows: 1, columns: 2, values: [1, 1 + 0x1p-8])),
        layers: [
          .init(
            reverse: ReadableCell(
              parameters: try ForeignCells.parameters(2, 3, biases: 2),
              variant: CellVariant(clip: 0.3)), order: .steps)
        ], head: LinearHead(weights: Matrix(rows: 1, columns: 3, values: [0.1, 0.2, 0.25]))),
      initialState: .init(parts: [
        .init(
          hidden: Matrix(rows: 1, columns: 3, values: [0.3, 0, 0]),
          cell: Matrix(rows: 1, columns: 3, values: [0, 0, 0.7]))
      ]), provenance: .init(format: "x"))
  }

  @Test(
    "Every number is rounded to the nearest, and the change is measured",
    arguments: [StoredPrecision.float16, .bfloat16, .float32])
  func rounding(type: StoredPrecision) throws {
    let model = try model()
    let (rounded, rounding) = try model.rounded(to: type)
    let before = try ModelFile.archive(of: model).entries.flatMap { $0.tensor.doubles() }
    let after = try ModelFile.archive(of: rounded).entries.flatMap { $0.tensor.doubles() }
    #expect(after == before.map(type.rounded))
    let changes = zip(before, after).map { abs($0 - $1) }
    #expect(rounding.count == before.count)
    #expect(rounding.changed == changes.count { $0 > 0 } && rounding.changed > 70)
    #expect(rounding.largest == changes.max())
    // Half a unit is the most, and of so many numbers one comes near it.
    #expect(rounding.largestUnits > 0.4 && rounding.largestUnits <= 0.5)
    // A setting is no weight.
    #expect(rounded.network.cells[0].cell.variant.clip == 0.3)
    #expect(rounded.initialState?.parts[0].hidden.values[0] == type.rounded(0.3))
    let same = try rounded.rounded(to: type)
    #expect(same.model == rounded && same.rounding.changed == 0 && same.rounding.largest == 0)
    #expect(try rounded.rounded(to: .float64).rounding.changed == 0)
  }

  @Test(
    "Every form that is written holds every type",
    arguments: [StoredPrecision.float16, .bfloat16, .float32, .float64],
    [ModelForm.swiftLSTM, .safetensors, .pytorch, .onnx, .numpy, .mlx, .json])
  func written(type: StoredPrecision, form: ModelForm) throws {
    let plain = LSTMModel(
      network: try LSTMNetwork(
        layers: [.init(forward: ReadableCell(parameters: try ForeignCells.parameters(2, 3)))]))
    let model = try plain.rounded(to: type).model
    try Fixtures.withTemporaryFolder { folder in
      let file = folder.appending(path: "model").path
      try model.write(to: file, as: form)
      let again = try LSTMModel(contentsOf: file)
      // NumPy has no bfloat16: the same numbers, stored wider.
      #expect(again.precision == (form == .numpy && type == .bfloat16 ? .float32 : type))
      let (left, right) = (again.network.cells[0].cell, model.network.cells[0].cell)
      for gate in Gate.allCases {
        #expect(
          left.parameters.gates[gate].inputWeights == right.parameters.gates[gate].inputWeights)
      }
    }
  }

  @Test("A unit in the last place is the distance to the next number")
  func units() {
    for (type, next): (StoredPrecision, (UInt16) -> Double) in [
      (.float16, { Double(HalfPrecision.float(half: $0)) }),
      (.bfloat16, { Double(HalfPrecision.float(brain: $0)) }),
    ] {
      for bits: UInt16 in [0, 1, 77, 0x03FF, 0x0400, 0x3C00, 0x3F80, 0x7000] {
        #expect(type.unit(at: next(bits)) == next(bits + 1) - next(bits))
      }
    }
    #expect(StoredPrecision.float32.unit(at: 1) == Double(Float(1).ulp))
    #expect(StoredPrecision.float64.unit(at: -1000) == (1000.0).ulp)
    #expect(StoredPrecision.float64.unit(at: 0) == Double.leastNonzeroMagnitude)
  }

  @Test("A number beyond the type is refused by name")
  func beyond() throws {
    var parameters = try ForeignCells.parameters(2, 3)
    parameters.gates.input.bias[0] = 70000
    let model = LSTMModel(
      network: try LSTMNetwork(layers: [.init(forward: ReadableCell(parameters: parameters))]))
    expectError(
      "layer 1, forward: the input gate's bias: a number is 70000.0, which is beyond the range of "
        + "float16. "
        + "Write it as float32 or float64."
    ) { try model.rounded(to: .float16) }
    #expect(try model.rounded(to: .bfloat16).model.precision == .bfloat16)
  }
}
