// The table of gate orders, against what each framework's documentation says, in its own letters.

import LSTMCore
import Testing

@Suite("Gate orders")
struct GateOrderTests {
  @Test(
    "Each framework's blocks stand as its documentation says, in the letters i f g o",
    arguments: [
      (GateOrder.pytorch, "ifgo"), (.mlx, "ifgo"), (.keras, "ifgo"), (.flax, "ifgo"),
      (.keras1, "igfo"), (.tensorflow1, "igfo"), (.haiku, "igfo"), (.onnx, "iofg"),
      (.openVINO, "figo"), (.coreML, "ifog"), (.deeplearning4j, "gfoi"),
    ])
  func table(order: GateOrder, letters: String) {
    let letter = PerGate(forget: "f", input: "i", candidate: "g", output: "o")
    #expect(order.blocks(letter).joined() == letters)
  }

  @Test("An order has each gate once, and the peepholes in the same order without the candidate")
  func everyGate() {
    for order in GateOrder.allCases {
      #expect(Set(order.gates) == Set(Gate.allCases), "\(order)")
      #expect(order.gates.count == 4, "\(order)")
      #expect(order.peepholeGates == order.gates.filter { $0 != .candidate }, "\(order)")
    }
    #expect(GateOrder.onnx.peepholeGates == [.input, .output, .forget])
  }

  @Test("What is taken apart and stacked again is the same")
  func roundTrip() {
    let list = (0..<8).map(Double.init)
    let matrix = Matrix(rows: 8, columns: 3, values: (0..<24).map(Float.init))
    for order in GateOrder.allCases {
      #expect(order.stack(order.split(list)) == list, "\(order)")
      #expect(order.stack(order.split(matrix)) == matrix, "\(order)")
      #expect(order.split(list)[order.gates[1]] == [2, 3], "\(order)")
      #expect(order.split(matrix)[order.gates[3]].values == (18..<24).map(Float.init), "\(order)")
    }
  }
}
