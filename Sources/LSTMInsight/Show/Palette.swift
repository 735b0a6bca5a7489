// The colours of the parts of a cell: the same in pictures, pages, reports and the explorer, so
// that a reader who has learned them once knows them everywhere.
//
// The hues are those of Okabe and Ito, "Color Universal Design", 2008, moved apart in lightness
// until every two of them can be told apart with each of the three colour blindnesses, and dark
// (or light) enough to be read as text. The tests measure both.

import LSTMCore

/// One colour for each part of a cell.
public enum Palette {
  /// A part of a cell that has a colour of its own.
  public enum Role: String, CaseIterable, Sendable {
    /// The forget gate, f.
    case forget
    /// The input gate, i.
    case input
    /// The candidate, g.
    case candidate
    /// The output gate, o.
    case output
    /// The cell state, c.
    case cell
    /// The hidden state, h.
    case hidden

    /// The role of a gate or the candidate.
    public init(_ gate: Gate) {
      switch gate {
      case .forget: self = .forget
      case .input: self = .input
      case .candidate: self = .candidate
      case .output: self = .output
      }
    }
  }

  /// The colour on a light ground, `#rrggbb`: at least 4.5 : 1 against ``lightGround`` and
  /// ``lightPanel``, so that it may colour text.
  public static func light(_ role: Role) -> String {
    switch role {
    case .forget: "#cc3a10"
    case .input: "#007f63"
    case .candidate: "#86348f"
    case .output: "#1a45cc"
    case .cell: "#6b3500"
    case .hidden: "#2d3142"
    }
  }

  /// The colour on a dark ground, `#rrggbb`: at least 4.5 : 1 against ``darkGround`` and
  /// ``darkPanel``.
  public static func dark(_ role: Role) -> String {
    switch role {
    case .forget: "#ee8a33"
    case .input: "#26a391"
    case .candidate: "#f8afc4"
    case .output: "#58acff"
    case .cell: "#f3e24a"
    case .hidden: "#eaf2f5"
    }
  }

  /// What switches a terminal's text to the colour, an escape sequence of the 256-colour table.
  /// The colours have at least 3 : 1 against black and against white, since a program does not
  /// know the ground of its terminal. ``ansiReset`` switches back.
  public static func ansi(_ role: Role) -> String {
    "\u{1B}[38;5;\(ansiIndex(role))m"
  }

  /// What switches a terminal's text back to its own colour and leaves bold and the rest alone.
  public static let ansiReset = "\u{1B}[39m"

  /// The place of the colour in the terminal's table of 256.
  static func ansiIndex(_ role: Role) -> Int {
    switch role {
    case .forget: 166
    case .input: 29
    case .candidate: 133
    case .output: 32
    case .cell: 136
    case .hidden: 244
    }
  }

  /// The ground of pages and pictures in light mode.
  public static let lightGround = "#ffffff"
  /// A surface on that ground: the body of a cell, a table's heading.
  public static let lightPanel = "#f4f6f8"
  /// Lines that only divide, in light mode.
  static let lightRule = "#c9d0d8"
  /// Text on both, in light mode.
  public static let lightInk = "#1b1f26"
  /// Text that is less important, in light mode.
  public static let lightQuiet = "#57606b"
  /// The ground of pages and pictures in dark mode.
  public static let darkGround = "#0d1117"
  /// A surface on that ground, in dark mode.
  public static let darkPanel = "#161b22"
  /// Lines that only divide, in dark mode.
  static let darkRule = "#3a424d"
  /// Text on both, in dark mode.
  public static let darkInk = "#e8edf2"
  /// Text that is less important, in dark mode.
  public static let darkQuiet = "#9aa5b1"

  /// How strongly a part's colour shows in a filled surface on which text stands, 0 to 1.
  static let tint = 0.26
}
