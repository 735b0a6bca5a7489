// A network at a glance, for the terminal.

import LSTMCore

/// What is known of a network's file, to be shown beside the network.
public struct NetworkOrigin: Sendable {
  /// The file's name.
  public var file: String
  /// What kind of file it is.
  public var format: String
  /// The framework that made it, where the file says so.
  public var framework: String?
  /// The type of the stored numbers.
  public var precision: String
  /// What the model is for, where the file says so.
  public var task: String?
  /// How many tokens the vocabulary has, where there is one.
  public var vocabularySize: Int?
  /// What stands around the network.
  public var surroundings: NetworkSurroundings
  /// Where each part was found: its role and the names of its arrays.
  public var parts: [(role: String, names: [String])]
  /// What else the file holds.
  public var unused: [String]
  /// What there is to know of how the file was read, each with what would change it.
  public var notes: [(kind: ReadingNote.Kind, words: String)] = []
  /// Every LSTM of the file, where it has several.
  public var lstms: [String] = []

  /// Makes an origin.
  public init(
    file: String, format: String, framework: String? = nil, precision: String,
    task: String? = nil, vocabularySize: Int? = nil, surroundings: NetworkSurroundings = .init(),
    parts: [(role: String, names: [String])] = [], unused: [String] = []
  ) {
    (self.file, self.format, self.framework, self.precision) = (file, format, framework, precision)
    (self.task, self.vocabularySize) = (task, vocabularySize)
    self.surroundings = surroundings
    (self.parts, self.unused) = (parts, unused)
  }

  /// What a model says of where it comes from.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - file: the file's name.
  ///   - remedy: what would change a note, in words.
  public init(
    _ model: LSTMModel, file: String, remedy: (Remedy) -> String = { $0.words }
  ) {
    self.init(
      file: file, format: model.provenance.format ?? "model",
      framework: model.provenance.framework, precision: model.precision.rawValue,
      task: model.task, vocabularySize: model.vocabulary?.entries.count,
      surroundings: NetworkSurroundings(model), parts: model.parts.map { ($0.role, $0.names) },
      unused: model.unused)
    notes = model.readingNotes.map { ($0.kind, $0.words($0.remedy.map(remedy))) }
    lstms = model.listedLSTMs
  }
}

extension ReadingNote {
  /// The note, and what would change it.
  public func words(_ remedy: String?) -> String {
    remedy.map { "\(words) (\($0))" } ?? words
  }
}

/// A network at a glance, as text.
public struct SummaryText {
  private let summary: NetworkSummary
  private let origin: NetworkOrigin
  private let counts: ParameterCount
  private let style: TextStyle
  private let numbers: NumberFormat

  /// Makes the text of a network.
  public init(
    _ summary: NetworkSummary, _ origin: NetworkOrigin, counts: ParameterCount, digits: Int = 4,
    style: TextStyle = .init()
  ) {
    (self.summary, self.origin, self.counts, self.style) = (summary, origin, counts, style)
    numbers = NumberFormat(digits: digits)
  }

  /// The whole text.
  public var text: String {
    let around = origin.surroundings.sentences.flatMap {
      style.wrapped($0, first: "   ", indent: "      ")
    }
    let blocks = [heading, notes, path, around] + summary.cells.indices.map(cell) + [found]
    return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  private var heading: [String] {
    var lines = [style.bold("\(origin.file): \(origin.format), \(origin.precision)")]
    if let framework = origin.framework { lines.append("made by \(framework)") }
    if let task = origin.task { lines += style.wrapped("for \(task)", indent: "    ") }
    return lines
  }

  private var notes: [String] {
    origin.notes.flatMap { kind, words in
      style.wrapped("\(kind.rawValue): \(words)", first: "   ", indent: "      ")
    }
      + (origin.lstms.isEmpty
        ? []
        : style.wrapped(
          "LSTMs of the file: \(origin.lstms.joined(separator: ", "))", first: "   ",
          indent: "      "))
  }

  /// The way of the data: what reads what, and how many numbers each part has learned.
  private var path: [String] {
    var rows: [(String, String, String)] = []
    for layer in summary.before { rows.append(("before it", layer.words, "\(layer.parameters)")) }
    if let front = summary.front {
      rows.append(
        front.isOneHot
          ? ("one-hot", "\(front.tokens) tokens", "0")
          : ("embedding", "\(front.tokens) tokens -> \(front.width)", "\(counts.embedding)"))
    }
    for (cell, count) in zip(summary.cells, counts.cells) {
      let projection = cell.shape.projectionSize.map { " -> \($0) projected" } ?? ""
      rows.append(
        (
          Self.title(cell), "\(cell.shape.inputSize) -> \(cell.shape.hiddenSize)\(projection)",
          "\(count.total)"
        ))
    }
    if let head = summary.head {
      let reading = head.source == .everyStep ? "" : ", \(head.source.words)"
      let activation = reading + (head.activation.map { ", \($0)" } ?? "")
      rows.append(
        (
          "head", "\(head.inputs) -> \(head.outputs)\(activation)",
          "\(counts.head)"
        ))
    }
    for (index, layer) in summary.after.enumerated() {
      let reading =
        index > 0 || summary.afterReads == .everyStep ? "" : ", \(summary.afterReads.words)"
      rows.append(("head", layer.words + reading, "\(layer.parameters)"))
    }
    rows.append(("together", "", "\(counts.total)"))
    let widths = [rows.map(\.0.count).max() ?? 0, rows.map(\.1.count).max() ?? 0]
    let last = (rows.map(\.2.count).max() ?? 0)
    return rows.map { name, sizes, count in
      "   \(name.rightPadded(widths[0]))  \(sizes.rightPadded(widths[1]))  "
        + "\(count.leftPadded(last)) parameters"
    }
  }

  private func cell(_ index: Int) -> [String] {
    let cell = summary.cells[index]
    var lines = [style.bold(Self.title(cell).uppercased())]
    if !cell.variant.isEmpty {
      lines += style.wrapped(
        "variant: " + cell.variant.joined(separator: "; "), first: "   ", indent: "      ")
    }
    func spread(_ spread: NetworkSummary.Spread) -> String {
      "\(numbers.fixed(spread.mean)) ± \(numbers.fixed(spread.deviation))"
    }
    var rows = [["", "W: mean ± spread", "U: mean ± spread", "b: mean ± spread"]]
    for gate in cell.gates {
      rows.append(
        gate.source.map { [gate.gate.title, $0, "", ""] } ?? [
          gate.gate.title, spread(gate.inputWeights), spread(gate.hiddenWeights),
          spread(gate.bias),
        ])
    }
    let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
    lines += rows.map { row in
      "   "
        + zip(row, widths).enumerated().map { column, cell in
          column == 0 ? cell.0.rightPadded(cell.1) : cell.0.leftPadded(cell.1)
        }.joined(separator: "  ").trimmingEnd()
    }
    return lines + memory(cell)
  }

  private func memory(_ cell: NetworkSummary.CellSummary) -> [String] {
    guard let memory = cell.memory, !memory.forgetGate.isEmpty else {
      return ["   its forget gate does not follow from a bias"]
    }
    let mean = memory.forgetGate.reduce(0, +) / Double(memory.forgetGate.count)
    let steps = [0.0, 0.5, 1].map { share in
      let steps = memory.timescale(at: share)
      return steps.isFinite ? NumberFormat(digits: 1).text(steps) : "endless"
    }
    return style.wrapped(
      "memory by its biases alone (x = 0, h = 0): f = \(memory.function)(b_f) is \(numbers.text(mean)) on average; "
        + "a unit's memory falls to 1/e in -1/ln f steps: \(steps[0]) in the shortest unit, "
        + "\(steps[1]) in the middle, \(steps[2]) in the longest",
      first: "   ", indent: "   ")
  }

  private var found: [String] {
    guard !origin.parts.isEmpty else { return [] }
    var lines = [style.bold("WHAT WAS FOUND WHERE")]
    let width = origin.parts.map(\.role.count).max() ?? 0
    for part in origin.parts {
      lines += style.wrapped(
        part.names.joined(separator: " "), first: "   \(part.role.rightPadded(width))  ",
        indent: String(repeating: " ", count: width + 5))
    }
    if !origin.unused.isEmpty {
      lines += style.wrapped(
        "not used: \(origin.unused.joined(separator: " "))", first: "   ", indent: "      ")
    }
    return lines
  }

  private static func title(_ cell: NetworkSummary.CellSummary) -> String {
    "layer \(cell.layer + 1), \(cell.direction.rawValue)"
  }
}

extension OutputSelection {
  /// What the head reads, in words.
  var words: String {
    switch self {
    case .everyStep: "every step"
    case .finalState: "the final state"
    case .lastStep: "the last step"
    case .firstStep: "the first step"
    }
  }
}
