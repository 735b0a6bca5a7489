// How numbers are written for reading, and exactly.

import Testing

@testable import LSTMInsight

@Suite struct NumberFormatTests {
  @Test(
    "A number has at most so many decimals and no trailing zeros",
    arguments: [
      (0.475020812521, 8, "0.47502081"), (0.5498340000, 8, "0.549834"),
      (0.475020812521, 3, "0.475"),
      (1, 8, "1"), (100, 8, "100"), (-0.1, 8, "-0.1"), (0.30000000000000004, 8, "0.3"),
      (0.30000000000000004, 17, "0.30000000000000004"), (2.5, 1, "2.5"), (0.96, 1, "1"),
      (-0.96, 1, "-1"), (120.05, 1, "120"), (999_999_999.4, 1, "999999999.4"),
    ])
  func decimals(_ value: Double, _ digits: Int, _ text: String) {
    #expect(NumberFormat(digits: digits).text(value) == text)
  }

  @Test("Zero has no sign", arguments: [0.0, -0.0])
  func zero(_ value: Double) {
    #expect(NumberFormat().text(value) == "0")
    #expect(NumberFormat(digits: 1).text(value) == "0")
    #expect(Precision.double.exact(value) == "0")
    #expect(Precision.float.exact(value) == "0")
  }

  @Test(
    "What is too small or too large for decimals is written in powers of ten",
    arguments: [
      (1e-9, 8, "1e-9"), (-1.5e-9, 8, "-1.5e-9"), (1.23456e-12, 8, "1.235e-12"),
      (4.9e-9, 8, "4.9e-9"), (5.1e-9, 8, "0.00000001"), (0.0004, 3, "4e-4"),
      (0.0006, 3, "0.001"), (1e9, 8, "1e9"), (1e300, 8, "1e300"), (-1.5e300, 8, "-1.5e300"),
      (1e-300, 8, "1e-300"), (.leastNonzeroMagnitude, 8, "4.941e-324"), (1.2345e100, 1, "1.2e100"),
      (.greatestFiniteMagnitude, 8, "1.798e308"),
    ])
  func powers(_ value: Double, _ digits: Int, _ text: String) {
    #expect(NumberFormat(digits: digits).text(value) == text)
  }

  @Test("What is not finite is named")
  func notFinite() {
    #expect(NumberFormat().text(.infinity) == "inf")
    #expect(NumberFormat().text(.nan) == "nan")
  }

  @Test("Fixed decimals keep their zeros")
  func fixed() {
    #expect(NumberFormat(digits: 3).fixed(0.5) == "0.500")
    #expect(NumberFormat(digits: 0).fixed(2) == "2")
    #expect(NumberFormat(digits: 2).fixed(1e300).count == 304)
  }

  @Test(
    "Per cent are whole, but near 0 and 100 have decimals as long as they say something",
    arguments: [
      (0.0, "0 %"), (1.0, "100 %"), (0.475, "48 %"), (0.5, "50 %"), (0.01, "1 %"), (0.99, "99 %"),
      (0.005, "0.5 %"), (0.00123, "0.12 %"), (0.9987, "99.87 %"), (0.999999, "more than 99.99 %"),
      (0.0000001, "less than 0.01 %"),
    ] as [(Double, String)])
  func percent(_ share: Double, _ text: String) {
    #expect(NumberFormat.percent(share) == text)
  }

  @Test(
    "Exact numbers parse back to the same bits",
    arguments: [
      0.1, 1.0 / 3, -2.5, 1e300, .leastNonzeroMagnitude, 0.47502081252106, 123_456_789.125,
    ] as [Double])
  func exact(_ value: Double) {
    #expect(Double(Precision.double.exact(value)) == value)
    #expect(Float(Precision.float.exact(Double(Float(value)))) == Float(value))
  }

  @Test("A float is written with a float's digits")
  func float() {
    #expect(Precision.float.exact(Double(Float(0.1))) == "0.1")
    #expect(Precision.double.exact(Double(Float(0.1))) == "0.10000000149011612")
    #expect(Precision.double.exact(3) == "3")
  }
}
