// Numbers as people write them, and names as they mistype them.

import LSTMCore
import LSTMFormats
import TestSupport
import Testing

/// A way to write numbers.
struct WrittenNumbers: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let text: String
  let values: [Double]
  let decimals: Int
  init(_ name: String, _ text: String, _ values: [Double], decimals: Int) {
    (testDescription, self.text, self.values, self.decimals) = (name, text, values, decimals)
  }

  static let all: [WrittenNumbers] = [
    .init("commas", "-0.1,0.3,0.1", [-0.1, 0.3, 0.1], decimals: 1),
    .init("commas and spaces", "-0.1, 0.3 , 0.1", [-0.1, 0.3, 0.1], decimals: 1),
    .init("spaces", "1 2  3", [1, 2, 3], decimals: 0),
    .init("one a line", "1\n2\r\n3\n", [1, 2, 3], decimals: 0),
    .init("tabs", "1\t2", [1, 2], decimals: 0),
    .init("square brackets", "[0, 0.5]", [0, 0.5], decimals: 1),
    .init("square brackets and space around", "  [ 0 0.5 ]\n", [0, 0.5], decimals: 1),
    .init("round brackets", "(0, 0.5)", [0, 0.5], decimals: 1),
    .init("one number", "7", [7], decimals: 0),
    .init("the typographic minus", "\u{2212}0.25, 1e\u{2212}3", [-0.25, 0.001], decimals: 3),
    .init("the dash of a typeset table", "\u{2013}0.25", [-0.25], decimals: 2),
    .init("a plus sign", "+5", [5], decimals: 0),
    .init("no digit before the point", ".5", [0.5], decimals: 1),
    .init("no digit after the point", "5.", [5], decimals: 0),
    .init("the most decimals count", "0.5, 0.25, 1", [0.5, 0.25, 1], decimals: 2),
    .init("zeros at the end count", "0.500", [0.5], decimals: 3),
    .init("a written .0 counts", "1.0", [1], decimals: 1),
    .init("eight decimals", "0.47502081", [0.475_020_81], decimals: 8),
    .init("a negative exponent adds decimals", "1.25e-3", [0.001_25], decimals: 5),
    .init("a positive exponent takes decimals away", "1.25e1", [12.5], decimals: 1),
    .init("a large exponent leaves none", "5E2, 1.5e+20", [500, 1.5e20], decimals: 0),
    .init(
      "zero with an exponent too small for an Int", "0.0e-9223372036854775808", [0], decimals: 401),
  ]
}

@Suite("Lists of numbers")
struct NumberListTests {
  @Test("Numbers are read as people write them", arguments: WrittenNumbers.all)
  func read(written: WrittenNumbers) throws {
    let list = try NumberList(parsing: written.text, place: "--input")
    #expect(list.values == written.values)
    #expect(list.decimals == written.decimals)
  }

  @Test("Nothing at all is an error", arguments: ["", " ", "\n", "[]", "[ ]", "()"])
  func empty(text: String) {
    expectError("--input is empty. Give at least one number.") {
      try NumberList(parsing: text, place: "--input")
    }
  }

  @Test(
    "A missing entry is counted from 1",
    arguments: [("1,,2", 2), (",1", 1), ("1,", 2), ("[1, 2, ]", 3), (",", 1), ("1 2, ,3", 3)])
  func missing(text: String, entry: Int) {
    expectError(
      "--hidden: entry \(entry) is missing. Write a number there, or take out a comma."
    ) {
      try NumberList(parsing: text, place: "--hidden")
    }
  }

  @Test(
    "A word that is no number is shown",
    arguments: [
      ("0.1, abc, 3", 2, "abc"), ("1 2 3x", 3, "3x"), ("[1,2", 1, "[1"), ("1;2", 1, "1;2"),
      ("0x10", 1, "0x10"), ("0x1p3", 1, "0x1p3"), ("1e", 1, "1e"), ("-", 1, "-"),
      ("\u{2212}", 1, "-"), ("1_000", 1, "1_000"), ("\u{663}", 1, "\u{663}"), ("--1", 1, "--1"),
    ])
  func words(text: String, entry: Int, shown: String) {
    expectError(
      "--input: entry \(entry), '\(shown)', is not a number. Write it like -0.25 or 1e-3."
    ) {
      try NumberList(parsing: text, place: "--input")
    }
  }

  @Test(
    "NaN and the infinities are shown, and so is a number that is too large",
    arguments: ["nan", "NaN", "inf", "-inf", "infinity", "-Infinity", "1e400", "-1e400"])
  func notFinite(text: String) {
    expectError(
      "--cell: entry 2, '\(text)', is not a finite number. An LSTM step needs finite numbers."
    ) {
      try NumberList(parsing: "0.5, \(text)", place: "--cell")
    }
  }

  @Test(
    "A number that is too small to be told from 0 is not read as 0",
    arguments: ["1e-999", "-0.001e-400", "2.5E-324000", "0.5e-9223372036854775808"])
  func tooSmall(text: String) {
    expectError(
      "--cell: entry 2, '\(text)', is smaller than any number here but 0. Write 0, or at least "
        + "5e-324 in size."
    ) {
      try NumberList(parsing: "0.5, \(text)", place: "--cell")
    }
  }

  @Test("Zero is zero however it is written, and 5e-324 is not zero")
  func zero() throws {
    #expect(
      try NumberList(parsing: "0e5 -0.00 0e-999 5e-324", place: "x").values == [
        0, 0, 0, Double.leastNonzeroMagnitude,
      ])
  }

  @Test("A list made of numbers has as many decimals as tell them apart")
  func made() {
    #expect(NumberList([1, 2, 3]).decimals == 0)
    #expect(NumberList([1, 0.5, 0.125]).decimals == 3)
    #expect(NumberList([1e-7]).decimals == 7)
    #expect(NumberList([1e16, -2]).decimals == 0)
    #expect(NumberList([]).decimals == 0)
    #expect(NumberList([0.1]).values == [0.1])
  }

  @Test("What was printed is read back as it was", arguments: [UInt64(1), 2, 3])
  func roundTrip(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    // Any 64 bits are a number of some size; one in a thousand is NaN or infinite.
    let values = (0..<200).map { _ in Double(bitPattern: generator.next()) }
      .filter(\.isFinite)
    let text = values.map { "\($0)" }.joined(separator: ", ")
    #expect(try NumberList(parsing: text, place: "text").values == values)
  }
}

@Suite("The nearest name")
struct NearestNameTests {
  private let names = ["forget", "input", "candidate", "output", "projection", "concatenation"]

  @Test(
    "A slip of the fingers finds the name that was meant",
    arguments: [
      ("forgot", "forget"), ("Forget", "forget"), ("OUTPUT", "output"), ("ouput", "output"),
      ("candidat", "candidate"), ("canddiate", "candidate"), ("projections", "projection"),
      ("concatination", "concatenation"), ("inpt", "input"), ("input", "input"),
    ])
  func near(typed: String, meant: String) {
    #expect(nearestName(to: typed, among: names) == meant)
  }

  @Test("Another word finds none", arguments: ["cell", "weights", "recurrent", "xyzxyz"])
  func far(typed: String) {
    #expect(nearestName(to: typed, among: names) == nil)
  }

  @Test("Among no names there is none")
  func none() {
    #expect(nearestName(to: "forget", among: []) == nil)
  }
}
