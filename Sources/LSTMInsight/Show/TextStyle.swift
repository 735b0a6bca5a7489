// Colour and width of terminal text.

import LSTMCore

/// How text for a terminal looks.
public struct TextStyle: Equatable, Sendable {
  /// Whether escape codes for colour are written.
  public var isColored: Bool
  /// The width that lines are kept within where they can be, in characters.
  public var width: Int

  /// Makes a style; without colour and 80 wide, as it has to be in a pipe.
  public init(isColored: Bool = false, width: Int = 80) {
    self.isColored = isColored
    self.width = width
  }

  func bold(_ text: String) -> String { code("1", text) }
  func dim(_ text: String) -> String { code("2", text) }
  func heading(_ text: String, _ kind: StageKind) -> String { bold(result(text, kind)) }

  /// A stage's own numbers, in the colour that its part of the cell has everywhere.
  func result(_ text: String, _ kind: StageKind) -> String {
    let role: Palette.Role =
      switch kind {
      case .forget: .forget
      case .input: .input
      case .cell: .cell
      case .output: .output
      }
    return isColored ? Palette.ansi(role) + text + Palette.ansiReset : text
  }

  private func code(_ code: String, _ text: String) -> String {
    isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  /// Breaks words into lines of ``width``, each line after the first indented by `indent`.
  func wrapped(_ text: String, first: String = "", indent: String = "") -> [String] {
    var lines: [String] = []
    var line = first
    var isFresh = true
    for word in text.split(separator: " ") {
      if !isFresh, line.count + 1 + word.count > width {
        lines.append(line)
        line = indent
        isFresh = true
      }
      line += (isFresh ? "" : " ") + word
      isFresh = false
    }
    return lines + [line]
  }

  /// Breaks a formula into lines of ``width``: before an operator, as mathematics is set, so that
  /// no line ends in one.
  func wrappedFormula(_ text: String, first: String = "", indent: String = "") -> [String] {
    let operators = ["=", "+", "-", "⊙"]  // a product is not broken at all
    let bound: Character = "\u{A0}"
    let words = text.split(separator: " ").map(String.init)
    let joined = words.reduce(into: "") { result, word in
      let isBound = word == "⊙" || operators.contains { result.hasSuffix($0) }
      result += result.isEmpty ? word : isBound ? "\(bound)\(word)" : " \(word)"
    }
    return wrapped(joined, first: first, indent: indent)
      .map { String($0.map { $0 == bound ? " " : $0 }) }
  }
}

extension String {
  /// The text filled up with spaces on the left, to stand right-aligned.
  func leftPadded(_ width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }

  /// The text filled up with spaces on the right.
  func rightPadded(_ width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  /// The text without spaces at its end.
  func trimmingEnd() -> String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
