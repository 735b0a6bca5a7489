// Where everything stands in the picture of a cell. A column is as far from the next as the longest
// number needs; what a cell may lack (peepholes, a projection, clips) has its place reserved, so
// that pictures of different cells can be laid over one another.

import LSTMCore

enum Layout {
  static let width = 1020.0
  /// With the line of the legend that explains peepholes, and without it.
  static func height(hasPeepholes: Bool) -> Double { hasPeepholes ? 676 : 650 }

  /// The body of the cell.
  static let body = (left: 16.0, top: 44.0, right: 1000.0, bottom: 556.0)

  // Heights, from top to bottom.
  static let cellLine = 130.0
  static let oldCellPeephole = 168.0
  static let writing = 216.0
  static let showing = 290.0
  static let boxTop = 346.0
  static let boxHeight = 90.0
  static let bus = 528.0
  static var boxBottom: Double { boxTop + boxHeight }
  static var boxMiddle: Double { boxTop + boxHeight / 2 }

  // Columns, from left to right.
  static let inputWire = 110.0
  static let write = 448.0
  static let show = 842.0
  static let upward = 982.0
  static let boxWidth = 120.0

  /// The middle of a gate's box.
  static func column(_ gate: Gate) -> Double {
    switch gate {
    case .forget: 200
    case .input: 366
    case .candidate: 530
    case .output: 692
    }
  }

  /// Where a gate's peephole comes down.
  static func peephole(_ gate: Gate) -> Double { column(gate) - (gate == .forget ? 38 : 30) }

  /// The width of 11 characters, beside a wire.
  static let numberRoom = 122.0
}

extension StageKind {
  /// The stage in which a gate is computed.
  static func computing(_ gate: Gate) -> StageKind {
    switch gate {
    case .forget: .forget
    case .input, .candidate: .input
    case .output: .output
    }
  }
}
