// The folder of a run: what it was begun with, its checkpoints, its notes, its models. Every file but
// the notes is written whole or not at all.

import LSTMCore
import LSTMFormats

/// The folder of a training.
public struct RunFolder: Sendable {
  /// Its path.
  public let path: String
  /// What the run was begun with.
  public let settings: TrainingSettings
  /// What the training is about.
  public let taskName: String
  /// The file of data.
  public let data: String
  /// The data's fingerprint.
  let fingerprint: String

  /// How many checkpoints are kept.
  static let keptCheckpoints = 2

  /// The final model.
  public var modelPath: String { "\(path)/model.safetensors" }
  /// The model with the best loss on the data that are held back.
  public var bestModelPath: String { "\(path)/best.safetensors" }
  /// Notes as lines of JSON.
  public var notesPath: String { "\(path)/metrics.jsonl" }

  /// Makes a folder for a new run.
  ///
  /// - Throws: ``TrainingError/runExists(_:)``,
  ///   ``TrainingError/shortText(_:count:kind:sequenceLength:)``, or `LSTMFormatsError` where it cannot
  ///   be written.
  public init(creating path: String, _ settings: TrainingSettings, _ task: any TrainingTask) throws
  {
    guard !FileAccess.exists("\(path)/config.json") else { throw TrainingError.runExists(path) }
    _ = try task.batches(settings)  // Data that are too few leave no folder behind.
    (self.path, self.settings) = (path, settings)
    taskName = type(of: task).name
    data = FolderAccess.absolute(task.file)
    fingerprint = String(task.fingerprint, radix: 16)
    try FolderAccess.make("\(path)/checkpoints")
    let lines = TrainingSettings.table.compactMap { setting in
      setting.text(settings).map {
        "    \"\(setting.name)\": \(setting.isText ? FlatJSON.quoted($0) : $0)"
      }
    }
    let document = """
      {
        "task": "\(taskName)",
        "data": \(FlatJSON.quoted(data)),
        "fingerprint": "\(fingerprint)",
        "settings": {
      \(lines.joined(separator: ",\n"))
        }
      }

      """
    try FileAccess.write(document, to: "\(path)/config.json")
  }

  /// Opens the folder of a run.
  ///
  /// - Throws: ``TrainingError/noRun(_:)``, and `LSTMFormatsError` where its settings are not what was
  ///   written.
  public init(opening path: String) throws {
    let file = "\(path)/config.json"
    guard FileAccess.exists(file) else { throw TrainingError.noRun(path) }
    let values = try FlatJSON(FileAccess.readText(file), file: file).values
    func text(_ key: String) throws -> String {
      guard let value = values[key] else {
        throw LSTMFormatsError.missingKey(file: file, key: key)
      }
      return value
    }
    (data, fingerprint) = (try text("data"), try text("fingerprint"))
    taskName = try text("task")
    var settings = TrainingSettings()
    let prefix = "settings."
    try settings.set(
      values.filter { $0.key.hasPrefix(prefix) }
        .map { (String($0.key.dropFirst(prefix.count)), $0.value) }, file: file)
    (self.path, self.settings) = (path, settings)
  }

  /// The settings to go on with.
  ///
  /// - Parameter change: changes what may change, and says the names of what was given.
  /// - Throws: ``TrainingError/otherRun(_:setting:run:asked:)`` where something else was to change.
  public func settings(changing change: (inout TrainingSettings) throws -> [String]) throws
    -> TrainingSettings
  {
    var asked = settings
    let names = try change(&asked)
    if let other = settings.firstDifference(asked, among: names) {
      throw TrainingError.otherRun(
        path, setting: other.name, run: other.text(settings) ?? "none",
        asked: other.text(asked) ?? "none")
    }
    return asked
  }

  /// What the run was begun with, its data opened again.
  ///
  /// - Throws: ``TrainingError/otherData(run:file:)`` where their content has changed.
  public func openTask() throws -> any TrainingTask {
    let task: any TrainingTask =
      switch taskName {
      case SeriesTask.name: try SeriesTask(data, settings)
      case LabelsTask.name: try LabelsTask(data, settings)
      default: try TextTask(data, settings)
      }
    guard String(task.fingerprint, radix: 16) == fingerprint else {
      throw TrainingError.otherData(run: path, file: data)
    }
    return task
  }

  // MARK: - Checkpoints

  private func checkpointPath(_ step: Int) -> String {
    let digits = String(step)
    let zeros = String(repeating: "0", count: max(0, 9 - digits.count))
    return "\(path)/checkpoints/step-\(zeros)\(digits).safetensors"
  }

  /// The steps of the checkpoints that are there, the last first.
  public var checkpointSteps: [Int] {
    FolderAccess.names(in: "\(path)/checkpoints").compactMap { name in
      guard name.hasPrefix("step-"), name.hasSuffix(".safetensors") else { return nil }
      return Int(name.dropFirst(5).dropLast(12))
    }.sorted(by: >)
  }

  /// Writes a checkpoint, and removes those before the last ones.
  func write(_ checkpoint: Checkpoint) throws {
    try checkpoint.write(to: checkpointPath(checkpoint.step))
    for step in checkpointSteps.dropFirst(Self.keptCheckpoints) {
      FolderAccess.remove(checkpointPath(step))
    }
    // What a killed program left half written.
    for name in FolderAccess.names(in: "\(path)/checkpoints") where name.hasSuffix(".part") {
      FolderAccess.remove("\(path)/checkpoints/\(name)")
    }
  }

  /// The last checkpoint that is whole, and what is wrong with those after it.
  public func lastCheckpoint() -> (checkpoint: Checkpoint?, damaged: [any LSTMFailure]) {
    var damaged: [any LSTMFailure] = []
    for step in checkpointSteps {
      do {
        return (try Checkpoint(contentsOf: checkpointPath(step)), damaged)
      } catch let failure as any LSTMFailure {
        damaged.append(failure)
      } catch {
        damaged.append(
          TrainingError.damagedCheckpoint(checkpointPath(step), reason: "\(error)"))
      }
    }
    return (nil, damaged)
  }

  // MARK: - Notes

  /// Opens the notes to add to them: those after a step are taken out, since they are made again.
  func openNotes(upTo step: Int) throws -> AppendedFile {
    if FileAccess.exists(notesPath) {
      let lines = try FileAccess.readText(notesPath).split(separator: "\n")
      let kept = lines.filter { line in
        let values = try? FlatJSON(String(line), file: notesPath).values
        return values?["step"].flatMap { Int($0) }.map { $0 <= step } ?? false
      }
      try FileAccess.write(kept.map { "\($0)\n" }.joined(), to: notesPath)
    }
    return try AppendedFile(notesPath)
  }

  /// The notes so far.
  ///
  /// - Throws: `LSTMFormatsError` where they cannot be read.
  public var notes: [TrainingNote] {
    get throws {
      guard FileAccess.exists(notesPath) else { return [] }
      return try FileAccess.readText(notesPath).split(separator: "\n").compactMap {
        TrainingNote(json: String($0))
      }
    }
  }

  /// Seconds since 1970.
  static var secondsNow: Double { FolderAccess.secondsNow }

  /// Opens the file of events for TensorBoard, with the notes so far in it.
  func openEvents() throws -> EventFile {
    let events = try EventFile("\(path)/events.out.tfevents.0.swift-lstm")
    for note in try notes { try events.add(note, seconds: Self.secondsNow) }
    return events
  }

  /// Writes the page of the run.
  func writePage(_ lines: [String], _ settings: TrainingSettings) throws {
    let page = RunPage(
      title: path, notes: try notes, lines: lines,
      settings: TrainingSettings.table.compactMap { one in
        one.text(settings).map { (one.name, $0) }
      })
    try FileAccess.write(page.html, to: "\(path)/report.html")
  }
}

extension TrainingSettings {
  /// Sets what a file says.
  ///
  /// - Throws: `LSTMFormatsError.unknownKey` and ``TrainingError/setting(_:value:expected:)``.
  mutating func set(_ values: [(name: String, value: String)], file: String) throws {
    let names = Self.table.map(\.name)
    for (name, value) in values.sorted(by: { $0.name < $1.name })
    where try !set(name, to: value) {
      throw LSTMFormatsError.unknownKey(
        file: file, key: name, nearest: nearestName(to: name, among: names), valid: names)
    }
  }

  /// Sets what a file of settings says: `{"hidden-size": 64, "learning-rate": 0.002}`.
  ///
  /// - Returns: the names of what was set.
  /// - Throws: `LSTMFormatsError`, and ``TrainingError/setting(_:value:expected:)``.
  public mutating func read(_ path: String) throws -> [String] {
    let values = try FlatJSON(FileAccess.readText(path), file: path).values
    try set(values.map { ($0.key, $0.value) }, file: path)
    return Array(values.keys)
  }
}
