// The tools that the other tests rest on: one that let everything pass would make them worthless.

import LSTMCore
@testable import TestSupport
import Testing

@Suite("Test support")
struct SupportTests {
  @Test("A part of a sweep has the first case and every n-th after it, and the whole has all")
  func samples() {
    #expect(LongTests.part(of: 3..<14, every: 5) == [3, 8, 13])
    #expect(LongTests.part(of: ["a"], every: 5) == ["a"])
    #expect(LongTests.part(of: [Int](), every: 5).isEmpty)
    let isWhole = LongTests.sample(of: 0..<9, every: 4).count == 9
    #expect(isWhole == LongTests.isOn)
    #expect(LongTests.count(9, every: 4) == (LongTests.isOn ? 9 : 3))
  }

  @Test("Each element is compared, and the worst is named")
  func worst() {
    #expect(difference("h", [1.0, 2], [1.0, 2], within: .absolute(0)) == nil)
    #expect(
      difference("h", [1.0, 2.5, 3.25], [1.0, 2, 3], within: .absolute(0.125))
        == "h[1] is 2.5, not 2.0: off by 0.5, allowed 0.125; 2 of 3 are off")
    #expect(difference("h", [1.0], [1.0, 2], within: .absolute(9)) == "h has 1 elements, not 2")
  }

  @Test("NaN is close to nothing, and worse than any number")
  func notANumber() {
    let found = difference("h", [9.0, Double.nan, 1], [0.0, 0, 1], within: .absolute(1))
    #expect(found?.hasPrefix("h[1] is nan") == true)
    #expect(difference("h", [1.0], [Double.nan], within: .absolute(1)) != nil)
    #expect(difference("h", [Double.infinity], [1.0], within: .relative(1)) != nil)
  }

  @Test("A tolerance is absolute, of the largest, or of the largest and at least 1")
  func tolerances() {
    let (found, expected) = ([0.0, 0.0011], [0.0, 0.001])
    #expect(difference("g", found, expected, within: .absolute(0.001)) == nil)
    #expect(difference("g", found, expected, within: .relative(0.001)) == nil)
    #expect(difference("g", found, expected, within: .ofLargest(0.001)) != nil)
    #expect(difference("g", found, expected, within: .ofLargest(0.11)) == nil)
    #expect(difference("g", [1001.0], [1000.0], within: .relative(0.001)) == nil)
    #expect(difference("g", [Float(1)], [1.0 + 1e-9], within: .absolute(1e-8)) == nil)
  }

  @Test("Finite differences of polynomials up to the fourth degree are exact but for rounding")
  func slopes() {
    for x in [-1.5, 0, 0.25, 2] {
      let found = slope(at: x) { $0 * $0 * $0 * $0 - 3 * $0 }
      expectClose("slope", found, 4 * x * x * x - 3, within: .absolute(1e-10))
    }
    let found = gradient(at: [2, 3]) { $0[0] * $0[0] * $0[1] }
    expectClose("gradient", found, [12.0, 4], within: .absolute(1e-10))
  }

  @Test("Activations of goldens are read, and a wrong one is not passed over")
  func activations() throws {
    #expect(try Activation(golden: "tanh") == .tanh)
    #expect(
      try Activation(golden: "hard-sigmoid:0.2:0.5") == .init(.hardSigmoid, alpha: 0.2, beta: 0.5))
    for wrong in ["", "tanh:1", "elu", "hard-sigmoid:0.2", "hard-sigmoid:0.2:x", "swish"] {
      #expect(throws: (any Error).self, "\(wrong)") { try Activation(golden: wrong) }
    }
  }

  @Test("The table of random cells has every activation in every place, every pin and variant")
  func table() {
    let names = Set(RandomCellCase.all.map(\.name))
    for kind in Activation<Double>.Kind.allCases {
      for place in ["gates", "candidate", "cell"] {
        #expect(names.contains("\(place) \(kind.rawValue)"))
      }
    }
    for gate in Gate.allCases { #expect(names.contains("\(gate) pinned")) }
    for variant in NamedVariant.allCases { #expect(names.contains("variant \(variant.rawValue)")) }
  }
}
