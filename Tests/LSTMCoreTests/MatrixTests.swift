// The plain matrix that the readable cell multiplies with, and values found by gate.

import LSTMCore
import Testing

@Suite("Matrices and values per gate")
struct MatrixTests {
  private let matrix = Matrix<Double>(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])

  @Test("Entries stand row after row")
  func layout() {
    #expect(matrix[0, 2] == 3 && matrix[1, 0] == 4)
    #expect(matrix.row(1) == [4, 5, 6])
    var changed = matrix
    changed[1, 2] = 9
    #expect(changed.values == [1, 2, 3, 4, 5, 9])
  }

  @Test("Products")
  func products() {
    #expect(matrix.product([1, 10, 100]) == [321, 654])
    #expect(matrix.transposedProduct([1, 10]) == [41, 52, 63])
    #expect(Matrix(outer: [1, 2], [3, 4, 5]).values == [3, 4, 5, 6, 8, 10])
    #expect(Matrix<Double>(identity: 3).product([7, 8, 9]) == [7, 8, 9])
  }

  @Test("Shapes survive a map, zeros and the identity")
  func shapes() {
    let floats = Matrix<Float>(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])
    #expect(Matrix<Float>(matrix) == floats)
    #expect(Matrix<Double>(zeros: 2, 3) == matrix.map { _ in 0 })
    #expect(Matrix<Double>(identity: 2).values == [1, 0, 0, 1])
  }

  @Test("A value per gate is found, changed and mapped by name", arguments: Gate.allCases)
  func perGate(gate: Gate) {
    var names = PerGate { $0.rawValue }
    #expect(names[gate] == gate.rawValue)
    names[gate] = "changed"
    for other in Gate.allCases {
      #expect(names[other] == (other == gate ? "changed" : other.rawValue))
    }
    #expect(names.map(\.count)[gate] == 7)
  }

  @Test("Three gates scale, and those have peepholes")
  func kinds() {
    #expect(Gate.scaling == [.forget, .input, .output])
    #expect(Gate.withPeephole == Gate.scaling)
  }
}
