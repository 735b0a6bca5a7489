// What is said of a trace, as text for a terminal and as JSON.

import LSTMCore

/// Something that was found out about a run, to be shown.
public protocol TraceReport: Sendable {
  /// For people, at most as wide as the style says where that can be.
  func text(_ numbers: NumberFormat, style: TextStyle, by computation: Computation) -> String
  /// For programs: every number exact, everything counted from 1.
  func json(by computation: Computation) -> String
}

/// What the steps of a sequence are called: the tokens that were read.
public struct StepNames: Equatable, Sendable {
  /// The text of each step's token.
  public let texts: [String]

  /// Takes the texts.
  public init(_ texts: [String]) { self.texts = texts }

  /// A token as it can stand in a line.
  func shown(_ step: Int) -> String {
    guard texts.indices.contains(step) else { return "" }
    switch texts[step] {
    case " ": return "␣"
    case "\n": return "⏎"
    case "\t": return "⇥"
    case let text:
      return text.unicodeScalars.allSatisfy { $0.value >= 0x20 } ? text : "·"
    }
  }
}

/// Bars of numbers below and above zero.
struct SignedBar {
  /// The largest magnitude of all.
  let most: Double
  let width = 12

  init(_ values: [Double]) { most = values.reduce(0) { max($0, abs($1)) } }

  /// "      ▇▇▇   ": left of the middle for a negative number, right of it for another.
  func text(_ value: Double, _ style: TextStyle) -> String {
    let length = most > 0 ? Int((abs(value) / most * Double(width)).rounded()) : 0
    let bar = String(repeating: "▇", count: length)
    return value < 0
      ? style.lowered(bar.leftPadded(width)) + "│"
      : String(repeating: " ", count: width) + "│" + style.raised(bar)
  }
}

extension TextStyle {
  /// What adds to something, and what takes from it: blue and orange, which nearly everybody tells
  /// apart.
  func raised(_ text: String) -> String {
    isColored ? "\u{1B}[38;5;32m\(text)\u{1B}[39m" : text
  }
  func lowered(_ text: String) -> String {
    isColored ? "\u{1B}[38;5;166m\(text)\u{1B}[39m" : text
  }

  /// A text on a ground that is the bluer the more it adds, the more orange the more it takes; where
  /// there is no colour, as it is.
  func tinted(_ text: String, share: Double) -> String {
    guard isColored, share.isFinite else { return text }
    let strength = min(abs(share), 1)
    func mix(_ from: Double, _ to: Double) -> Int { Int((from + (to - from) * strength).rounded()) }
    let (red, green, blue) = share < 0 ? (204.0, 84.0, 16.0) : (26.0, 95.0, 204.0)
    return "\u{1B}[48;2;\(mix(245, red));\(mix(245, green));\(mix(245, blue))m"
      + "\u{1B}[38;2;\(strength > 0.55 ? "255;255;255" : "20;20;20")m\(text)\u{1B}[0m"
  }
}

/// Columns of text, aligned.
struct TextColumns {
  private var rows: [[String]] = []
  /// Which columns stand to the right.
  let right: Set<Int>

  init(right: Set<Int>) { self.right = right }

  mutating func add(_ row: [String]) { rows.append(row) }

  /// The lines, each indented; the last column is as wide as it is.
  func lines(indent: String = "   ") -> [String] {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
      rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.enumerated().map { column, text in
        if right.contains(column) { return text.leftPadded(widths[column]) }
        return column == count - 1 ? text : text.rightPadded(widths[column])
      }
      return (indent + cells.joined(separator: "  ")).trimmingEnd()
    }
  }
}
