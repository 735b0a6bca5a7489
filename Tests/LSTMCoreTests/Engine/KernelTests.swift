// The kernels' own functions, for every set that this processor has: sigmoid and tanh against
// double precision, half precision against the standard library.

import CLSTMKernels
import TestSupport
import Testing

@testable import LSTMCore

@Suite("The kernels")
struct KernelTests {
  /// Numbers of every exponent and sign, some thousand of each exponent, or some hundred of them.
  private static let samples: [Float] = {
    let step = UInt32(LongTests.isOn ? 4093 : 8 * 4093)
    var values: [Float] = []
    for pattern in stride(from: UInt32(0), to: .max - step, by: Int(step)) {
      values.append(Float(bitPattern: pattern))
    }
    return values.filter { $0.isFinite }
  }()

  /// How far a number lies from the exact one, in units of the exact one's last place as Float.
  private func distance(_ found: Float, _ exact: Double) -> Double {
    let unit = max(Float(exact).ulp, .leastNonzeroMagnitude)
    return abs(Double(found) - exact) / Double(unit)
  }

  @Test("Sigmoid and tanh lie within 2 units of the last place", arguments: KernelSet.available)
  func accuracy(_ kernels: KernelSet) {
    let (sigmoid, tanh) = (kernels.sigmoid(Self.samples), kernels.tanh(Self.samples))
    var worst = (sigmoid: 0.0, tanh: 0.0)
    for (index, x) in Self.samples.enumerated() {
      let x = Double(x)
      let exact = x >= 0 ? 1 / (1 + Double.exp(-x)) : Double.exp(x) / (1 + Double.exp(x))
      worst.sigmoid = max(worst.sigmoid, distance(sigmoid[index], exact))
      worst.tanh = max(worst.tanh, distance(tanh[index], Double.tanh(x)))
    }
    #expect(worst.sigmoid < 2)
    #expect(worst.tanh < 2)
    #expect(worst.tanh > 0.5, "rounding cannot be perfect: the test sees errors")
  }

  @Test("Infinities, zeros and NaN go through as IEEE 754 has them", arguments: KernelSet.available)
  func specials(_ kernels: KernelSet) {
    let specials: [Float] = [.infinity, -.infinity, 0, -0.0, .greatestFiniteMagnitude, .nan]
    let (sigmoid, tanh) = (kernels.sigmoid(specials), kernels.tanh(specials))
    #expect(sigmoid.dropLast() == [1, 0, 0.5, 0.5, 1])
    #expect(tanh.dropLast() == [1, -1, 0, 0, 1])
    #expect(tanh[2].sign == .plus && tanh[3].sign == .minus)
    #expect(sigmoid[5].isNaN && tanh[5].isNaN)
    #expect(kernels.sigmoid([]) == [])
  }

  @Test("The kernels' gates are those of the cell, each in one place")
  func gates() {
    #expect(Gate.allCases.map(\.kernelPlace) == [0, 1, 2, 3])
    #expect(Gate.inKernelOrder == Gate.allCases)
    #expect(PackedCell.activatedPart == Gate.allCases.count)
    #expect(PackedCell.cellPart == PackedCell.activatedPart + 1)
    #expect(PackedCell.keptParts == PackedCell.cellPart + 1)
  }

  @Test("A step with NaN in one unit leaves the other units alone", arguments: KernelSet.available)
  func nan(_ kernels: KernelSet) throws {
    let network = try LSTMNetwork<Float>(
      LSTMNetwork<Double>(layers: [
        NetworkLayer(forward: try NetworkSamples.cell(2, 20, seed: 4))
      ]))
    let session = try InferenceEngine(network, options: .init(kernels: kernels)).makeSession(
      batch: 2)
    var output = [Float](repeating: 0, count: 40)
    try session.step([.nan, 1, 1, .infinity], into: &output)
    #expect(output[..<20].allSatisfy { $0.isNaN })
    #expect(output[20...].allSatisfy { !$0.isNaN })
  }

  @Test("The portable kernels are always there, and the first are the fastest")
  func sets() {
    let names = KernelSet.available.map(\.name)
    #expect(names.last == "portable")
    #expect(names == ["avx512", "avx2", "portable"].filter { names.contains($0) })
    #expect(KernelSet.fastest == KernelSet.available[0])
  }

  @Test("Half precision is rounded to the nearest, ties to even, and read back exactly")
  func half() {
    for bits in UInt16.min...UInt16.max {
      let exact = Float(Float16(bitPattern: bits))
      let read = lstm_float(bits)
      #expect(read.bitPattern == exact.bitPattern || (read.isNaN && exact.isNaN))
      for neighbour in [exact, exact.nextUp, exact.nextDown, exact * 1.0003, exact * 0.9996] {
        let found = lstm_half(neighbour)
        let wanted = Float16(neighbour)
        #expect(
          found == wanted.bitPattern || (wanted.isNaN && Float16(bitPattern: found).isNaN),
          "\(neighbour)")
      }
    }
  }
}
