// The names of all settings, in one table: what files of settings, options, messages and the check of
// a resumed run are made of.

import LSTMCore

/// A setting by its name: read and written as text, checked as it is written.
public struct NamedSetting: Sendable {
  /// Its name in files: "hidden-size".
  public let name: String
  /// Whether a run that was begun may go on with another value.
  public let mayChange: Bool
  /// Its value in words of a file; nil where it is not set.
  public let text: @Sendable (TrainingSettings) -> String?
  /// Whether a file writes it in quotes.
  public let isText: Bool
  /// Sets it.
  ///
  /// - Throws: ``TrainingError/setting(_:value:expected:)``.
  let set: @Sendable (inout TrainingSettings, String) throws -> Void
}

extension TrainingSettings {
  /// Every setting, in the order in which they are written.
  public static let table: [NamedSetting] = [
    choice("unit", \.unit),
    whole("vocabulary-size", \.vocabularySize, 2...10_000_000),
    words("target", \.target), words("inputs", \.inputs), words("group", \.group),
    words("label", \.label),
    whole("period", \.period, 0...1_000_000),
    choice("foretells", \.foretells),
    choice("loss", \.loss),
    whole("hidden-size", \.hiddenSize, 1...65_536),
    whole("layers", \.layers, 1...64),
    whole("directions", \.directions, 1...2),
    whole("embedding-size", \.embeddingSize, 0...65_536),
    whole("batch", \.batch, 1...65_536),
    whole("sequence-length", \.sequenceLength, 1...1_000_000),
    whole("steps", \.steps, 1...1_000_000_000, mayChange: true),
    number("learning-rate", \.learningRate, "a number above 0") { $0 > 0 },
    choice("optimizer", \.optimizer),
    number("momentum", \.momentum, "a number from 0 to below 1") { (0..<1).contains($0) },
    number("weight-decay", \.weightDecay, "0 or more") { $0 >= 0 },
    number("clip-norm", \.clipNorm, "0 (none) or more") { $0 >= 0 },
    number("clip-value", \.clipValue, "0 (none) or more") { $0 >= 0 },
    choice("schedule", \.schedule),
    whole("warm-up", \.warmUp, 0...1_000_000_000),
    whole("decay-every", \.decayEvery, 1...1_000_000_000),
    number("decay-factor", \.decayFactor, "a number above 0, at most 1") { $0 > 0 && $0 <= 1 },
    choice("weights", \.weights),
    forgetBias,
    number("weight-drop", \.weightDrop, "a part from 0 to below 1") { (0..<1).contains($0) },
    number("validation", \.validation, "a part from 0 to 0.5") { (0...0.5).contains($0) },
    whole("evaluate-every", \.evaluateEvery, 1...1_000_000_000, mayChange: true),
    whole("checkpoint-every", \.checkpointEvery, 1...1_000_000_000, mayChange: true),
    whole("seed", \.seed, 0...1 << 53),
  ]

  /// Sets what has a name.
  ///
  /// - Returns: false where nothing has.
  /// - Throws: ``TrainingError/setting(_:value:expected:)``.
  public mutating func set(_ name: String, to value: String) throws -> Bool {
    guard let setting = Self.table.first(where: { $0.name == name }) else { return false }
    try setting.set(&self, value)
    return true
  }

  /// The first setting in which a run that goes on differs from what is asked, among the names given.
  func firstDifference(_ asked: TrainingSettings, among names: [String]) -> NamedSetting? {
    Self.table.first {
      !$0.mayChange && names.contains($0.name) && $0.text(self) != $0.text(asked)
    }
  }

  // MARK: - Rows of the table

  private typealias Path<Value> = WritableKeyPath<TrainingSettings, Value> & Sendable

  private static func whole(
    _ name: String, _ path: Path<Int>, _ range: ClosedRange<Int>, mayChange: Bool = false
  ) -> NamedSetting {
    NamedSetting(
      name: name, mayChange: mayChange, text: { String($0[keyPath: path]) }, isText: false
    ) { settings, text in
      guard let value = Int(text), range.contains(value) else {
        throw TrainingError.setting(
          words(name), value: text,
          expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      settings[keyPath: path] = value
    }
  }

  private static func number(
    _ name: String, _ path: Path<Double>, _ expected: String,
    _ isRight: @escaping @Sendable (Double) -> Bool
  ) -> NamedSetting {
    NamedSetting(name: name, mayChange: false, text: { "\($0[keyPath: path])" }, isText: false) {
      settings, text in
      guard let value = Double(text), value.isFinite, isRight(value) else {
        throw TrainingError.setting(words(name), value: text, expected: expected)
      }
      settings[keyPath: path] = value
    }
  }

  private static func choice<Choice: RawRepresentable & CaseIterable & Sendable>(
    _ name: String, _ path: Path<Choice>
  ) -> NamedSetting where Choice.RawValue == String {
    NamedSetting(name: name, mayChange: false, text: { $0[keyPath: path].rawValue }, isText: true) {
      settings, text in
      guard let value = Choice(rawValue: text) else {
        throw TrainingError.setting(
          words(name), value: "'\(text)'",
          expected: Remedy.either(Choice.allCases.map(\.rawValue)))
      }
      settings[keyPath: path] = value
    }
  }

  private static func words(_ name: String, _ path: Path<String>) -> NamedSetting {
    NamedSetting(
      name: name, mayChange: false,
      text: { $0[keyPath: path].isEmpty ? nil : $0[keyPath: path] }, isText: true
    ) { $0[keyPath: path] = $1 }
  }

  private static let forgetBias = NamedSetting(
    name: "forget-bias", mayChange: false, text: { $0.forgetBias.map { "\($0)" } }, isText: false
  ) { settings, text in
    guard let value = Double(text), value.isFinite else {
      throw TrainingError.setting("forget bias", value: text, expected: "a number")
    }
    settings.forgetBias = value
  }

  /// "learning rate" for "learning-rate".
  private static func words(_ name: String) -> String {
    name.split(separator: "-").joined(separator: " ")
  }
}
