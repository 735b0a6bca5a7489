// The style sheet of the picture of a cell. Plain rules without variables, since not every program
// that shows SVG knows those; every class begins with `lc-`, so that it may stand in a page.

extension CellPicture {
  /// The style sheet, for a page or a file.
  static var style: String {
    """
    .lc{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
    .lc text{paint-order:stroke;stroke-width:5px;stroke-linejoin:round;font-variant-numeric:tabular-nums}
    .lc-sym,.lc-res,.lc-head{font-weight:600}
    .lc-wire{fill:none;stroke-width:3.5}
    .lc-dash{stroke-width:2.5;stroke-dasharray:7 5}
    .lc-gap{fill:none;stroke-width:13}
    .lc-face{stroke-width:3}
    .lc-thin{stroke-width:1.5}
    .lc-zero{fill:none;stroke-width:2}
    \(rules(Ground(
      ground: Palette.lightGround, panel: Palette.lightPanel, rule: Palette.lightRule,
      ink: Palette.lightInk, quiet: Palette.lightQuiet, dimmed: 0.22, color: Palette.light)))
    @media screen and (prefers-color-scheme:dark){
    \(rules(Ground(
      ground: Palette.darkGround, panel: Palette.darkPanel, rule: Palette.darkRule,
      ink: Palette.darkInk, quiet: Palette.darkQuiet, dimmed: 0.3, color: Palette.dark)))
    }
    """
  }

  /// The colours of one mode.
  private struct Ground {
    var ground: String
    var panel: String
    var rule: String
    var ink: String
    var quiet: String
    /// What is left of a dimmed part, 0 to 1.
    var dimmed: Double
    var color: (Palette.Role) -> String
  }

  private static func rules(_ mode: Ground) -> String {
    var lines = [
      ".lc-ground{fill:\(mode.ground)}",
      ".lc-panel{fill:\(mode.panel);stroke:\(mode.rule);stroke-width:1.5}",
      ".lc-face{fill:\(mode.ground)}",
      ".lc-dim{opacity:\(mode.dimmed)}",
      ".lc-gap{stroke:\(mode.panel)}",
      ".lc text{fill:\(mode.ink);stroke:\(mode.panel)}",
      ".lc .lc-head,.lc .lc-note,.lc .lc-out,.lc .lc-act,.lc .lc-part{stroke:none}",
    ]
    let colors =
      Palette.Role.allCases.map { ($0.rawValue, mode.color($0)) } + [("plain", mode.quiet)]
    for (name, color) in colors {
      lines.append(
        ".lc-s-\(name){stroke:\(color)}.lc .lc-f-\(name){fill:\(color)}"
          + ".lc-t-\(name){fill:\(color);fill-opacity:\(Palette.tint)}")
    }
    return lines.joined(separator: "\n")
  }
}
