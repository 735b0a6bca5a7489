// Numbers as colours: units by steps, or steps by steps. What is drawn; how it is coloured is in
// HeatMapColors.swift, and the page in HeatMapPage.swift.

import LSTMCore

/// A table of numbers that is shown as colours.
public struct HeatMap: Equatable, Sendable {
  /// How numbers become colours.
  public enum Scale: Equatable, Sendable {
    /// From 0 to a largest number: a gate from shut to open.
    case upFromZero(most: Double)
    /// Around 0, as far down as up.
    case aroundZero(most: Double)

    /// The scale of a quantity: gates are shares between 0 and 1, all else is centred on zero.
    public init(_ quantity: TraceQuantity, _ values: [[Double]]) {
      switch quantity {
      case .gate(.candidate): self = .aroundZero(most: 1)
      case .gate, .probabilities: self = .upFromZero(most: 1)
      default: self = .aroundZero(most: Self.largest(values))
      }
    }

    /// The largest magnitude, 1 where all is zero.
    static func largest(_ values: [[Double]]) -> Double {
      let most = values.reduce(0) { $1.reduce($0) { max($0, abs($1)) } }
      return most > 0 && most.isFinite ? most : 1
    }

    /// Where a number stands: from 0 to 1, or from -1 to 1; those beyond at the end.
    func share(_ value: Double) -> Double {
      switch self {
      case .upFromZero(let most): min(max(value / most, 0), 1)
      case .aroundZero(let most): min(max(value / most, -1), 1)
      }
    }

    var most: Double {
      switch self {
      case .upFromZero(let most), .aroundZero(let most): most
      }
    }
  }

  /// What it shows: an address.
  public let title: String
  /// What the rows and columns are: "unit", "step".
  public let rowName: String
  /// What the columns are: "step".
  public let columnName: String
  /// The labels of the rows, and of the columns: numbers from 1, or the tokens.
  public let rows: [String]
  /// The labels of the columns: numbers from 1, or the tokens.
  public let columns: [String]
  /// `[rows][columns]`.
  public let values: [[Double]]
  /// How numbers become colours.
  public let scale: Scale
  /// What a click on the page offers to do, with `ROW` and `COLUMN` where their numbers belong.
  public let command: String?
  /// The numbers of the rows and of the columns, from 1, whatever their labels are.
  let rowNumbers: [Int]
  let columnNumbers: [Int]

  /// Makes a map.
  public init(
    title: String, rowName: String, rows: [String], columnName: String, columns: [String],
    values: [[Double]], scale: Scale, command: String? = nil, rowNumbers: [Int]? = nil,
    columnNumbers: [Int]? = nil
  ) {
    self.rowNumbers = rowNumbers ?? Array(1..<rows.count + 1)
    self.columnNumbers = columnNumbers ?? Array(1..<columns.count + 1)
    (self.title, self.rowName, self.rows) = (title, rowName, rows)
    (self.columnName, self.columns) = (columnName, columns)
    (self.values, self.scale, self.command) = (values, scale, command)
  }

  // MARK: - Text

  /// For a terminal, as wide as the style says: two rows in a line where there is colour; else a
  /// character for each number.
  public func text(style: TextStyle, _ numbers: NumberFormat = .init(digits: 3)) -> String {
    let margin = (rows.map(\.count).max() ?? 0) + 2
    let width = max(1, style.width - margin - 1)
    let shown = min(columns.count, width)
    var lines = [style.bold(title)]
    if style.isColored {
      for top in stride(from: 0, to: rows.count, by: 2) {
        let cells = (0..<shown).map { column in
          let below = top + 1 < rows.count ? color(top + 1, column) : nil
          return Self.halves(color(top, column), below)
        }
        lines.append(rows[top].leftPadded(margin - 1) + " " + cells.joined() + "\u{1B}[0m")
      }
    } else {
      for (row, label) in rows.enumerated() {
        let cells = (0..<shown).map { Self.character(scale.share(values[row][$0])) }
        lines.append((label.leftPadded(margin - 1) + " " + cells.joined()).trimmingEnd())
      }
    }
    lines.append("")
    lines += style.wrapped(legend(numbers, isColored: style.isColored))
    if shown < columns.count {
      lines.append("… \(columns.count - shown) more \(columnName)s")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func color(_ row: Int, _ column: Int) -> HeatColor {
    HeatColor(scale.share(values[row][column]), scale)
  }

  /// A half block: the upper half in one colour, the lower in another.
  private static func halves(_ top: HeatColor, _ below: HeatColor?) -> String {
    let ground = below.map { "\u{1B}[48;2;\($0.red);\($0.green);\($0.blue)m" } ?? "\u{1B}[49m"
    return "\u{1B}[38;2;\(top.red);\(top.green);\(top.blue)m\(ground)▀"
  }

  /// "·" for next to nothing, 1 to 9 up to the largest, a to i down to the smallest.
  private static func character(_ share: Double) -> String {
    guard share.isFinite else { return "?" }
    let size = Int((abs(share) * 9).rounded())
    if size == 0 { return "·" }
    return share < 0 ? ["a", "b", "c", "d", "e", "f", "g", "h", "i"][size - 1] : "\(size)"
  }

  /// What colours or characters mean.
  func legend(_ numbers: NumberFormat, isColored: Bool) -> String {
    let axes = "A row is a \(rowName), a column a \(columnName)."
    let most = numbers.text(scale.most)
    switch (scale, isColored) {
    case (.upFromZero, true): return "\(axes) White is 0, dark blue \(most)."
    case (.aroundZero, true):
      return "\(axes) White is 0, blue up to \(most), orange down to -\(most)."
    case (.upFromZero, false): return "\(axes) · is 0, 9 is \(most)."
    case (.aroundZero, false):
      return "\(axes) · is 0, 1 to 9 up to \(most), a to i down to -\(most)."
    }
  }
}
