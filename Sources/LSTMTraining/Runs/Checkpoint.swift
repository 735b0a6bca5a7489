// Everything that a training needs to go on with the same bits: one file, written whole or not at
// all, with a checksum over all of it.

import LSTMCore
import LSTMFormats

/// Where a training stands.
public struct Checkpoint: Equatable, Sendable {
  /// Steps that were taken.
  public var step = 0
  /// Every learned number, in the order of the parameter walk.
  public var parameters: [Float] = []
  /// What the optimiser remembers.
  public var memory: [Float] = []
  /// The steps of the optimiser.
  public var memorySteps = 0
  /// The states that the next window begins with; nil for zeros.
  public var state: NetworkState<Float>?
  /// Where the reading of the data stands.
  public var place = DataPlace()
  /// What a schedule that waits for better losses has come to.
  public var plateau = PlateauState()
  /// The losses since the last note, and their number.
  public var lossSum = 0.0
  /// How many losses they are.
  public var lossCount = 0

  /// Before the first step.
  public init() {}
}

extension Checkpoint {
  private static let key = "swift-lstm-checkpoint"
  private static let checksumKey = "checksum"

  /// Writes a file.
  ///
  /// - Throws: `LSTMFormatsError.unwritableFile`; the old file, if there was one, is then there.
  func write(to path: String) throws {
    var tensors: [(String, Tensor)] = [
      ("parameters", Tensor(parameters, shape: [parameters.count])),
      ("memory", Tensor(memory, shape: [memory.count])),
    ]
    for (index, part) in (state?.parts ?? []).enumerated() {
      for (name, matrix) in [("hidden", part.hidden), ("cell", part.cell)] {
        tensors.append(
          ("state.\(index).\(name)", Tensor(matrix.values, shape: [matrix.rows, matrix.columns])))
      }
    }
    var archive = TensorArchive(tensors, metadata: [Self.key: document])
    archive.metadata[Self.checksumKey] = Self.checksum(archive)
    try SafetensorsFile(archive).write(to: path)
  }

  /// What is no array, as JSON. Doubles are written as their bits, so that they come back exactly.
  private var document: String {
    let offsets = place.offsets.map(String.init).joined(separator: ",")
    return """
      {"step":\(step),"memorySteps":\(memorySteps),"stateParts":\(state?.parts.count ?? 0),\
      "epoch":\(place.epoch),"batch":\(place.batch),"offsets":[\(offsets)],\
      "plateauFactor":"\(plateau.factor.bits)","plateauBest":"\(plateau.best?.bits ?? "none")",\
      "plateauWaited":\(plateau.waited),"lossSum":"\(lossSum.bits)","lossCount":\(lossCount)}
      """
  }

  private static func checksum(_ archive: TensorArchive) -> String {
    var text = archive.metadata[key] ?? ""
    var hash = text.withUTF8 { Fingerprint.of(UnsafeRawBufferPointer($0)) }
    for entry in archive.entries.sorted(by: { $0.name < $1.name }) {
      var words = "\(entry.name) \(entry.tensor.shape)"
      hash = words.withUTF8 { Fingerprint.of(UnsafeRawBufferPointer($0), from: hash) }
      hash = entry.tensor.withUnsafeBytes { Fingerprint.of($0, from: hash) }
    }
    return String(hash, radix: 16)
  }

  /// Reads a file.
  ///
  /// - Throws: ``TrainingError/damagedCheckpoint(_:reason:)``, whatever is wrong with it.
  public init(contentsOf path: String) throws {
    func damaged(_ reason: String) -> TrainingError {
      .damagedCheckpoint(path, reason: reason)
    }
    let archive: TensorArchive
    do {
      archive = try SafetensorsFile(contentsOf: path).archive
    } catch {
      throw damaged("its header does not fit its length")
    }
    guard let text = archive.metadata[Self.key],
      archive.metadata[Self.checksumKey] == Self.checksum(archive)
    else { throw damaged("its checksum is not that of its content") }
    let values = try FlatJSON(text, file: path).values
    func whole(_ key: String) throws -> Int {
      guard let value = values[key].flatMap({ Int($0) }) else { throw damaged("it lacks '\(key)'") }
      return value
    }
    func number(_ key: String) throws -> Double {
      guard let value = values[key].flatMap({ Double(bits: $0) }) else {
        throw damaged("it lacks '\(key)'")
      }
      return value
    }
    func floats(_ name: String) throws -> (values: [Float], shape: [Int]) {
      guard let tensor = archive[name], tensor.type == .float32 else {
        throw damaged("it lacks '\(name)'")
      }
      return (tensor.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }, tensor.shape)
    }
    func matrix(_ name: String) throws -> Matrix<Float> {
      let (values, shape) = try floats(name)
      guard shape.count == 2 else { throw damaged("'\(name)' is no matrix") }
      return Matrix(rows: shape[0], columns: shape[1], values: values)
    }
    step = try whole("step")
    (parameters, memory) = (try floats("parameters").values, try floats("memory").values)
    memorySteps = try whole("memorySteps")
    let parts = try whole("stateParts")
    if parts > 0 {
      state = NetworkState(
        parts: try (0..<parts).map {
          .init(hidden: try matrix("state.\($0).hidden"), cell: try matrix("state.\($0).cell"))
        })
    }
    var offsets: [Int] = []
    while let offset = values["offsets.\(offsets.count)"].flatMap({ Int($0) }) {
      offsets.append(offset)
    }
    place = DataPlace(epoch: try whole("epoch"), batch: try whole("batch"), offsets: offsets)
    plateau = PlateauState(
      factor: try number("plateauFactor"), best: values["plateauBest"].flatMap { Double(bits: $0) },
      waited: try whole("plateauWaited"))
    (lossSum, lossCount) = (try number("lossSum"), try whole("lossCount"))
  }
}

extension Double {
  /// The bits as hexadecimal digits.
  fileprivate var bits: String { String(bitPattern, radix: 16) }

  fileprivate init?(bits: String) {
    guard let pattern = UInt64(bits, radix: 16) else { return nil }
    self.init(bitPattern: pattern)
  }
}
