// Sound in RIFF WAVE files (Microsoft and IBM, "Multimedia Programming Interface", 1991): samples in,
// samples out. A channel is a sequence of one feature; a sample is a step.

import LSTMCore

/// A WAVE file's samples.
public struct WaveFile: Sendable {
  /// Samples a second.
  public let sampleRate: Int
  /// The number of channels.
  public let channels: Int
  /// The number of samples of a channel.
  public let frames: Int
  private let format: Format
  private let storage: ByteStorage
  private let start: Int
  private let file: String

  private enum Format: Sendable {
    case unsigned8, signed16, signed24, signed32, float32, float64

    var byteCount: Int {
      switch self {
      case .unsigned8: 1
      case .signed16: 2
      case .signed24: 3
      case .signed32, .float32: 4
      case .float64: 8
      }
    }
  }

  /// Whether bytes are those of a WAVE file.
  public static func matches(_ storage: ByteStorage) -> Bool {
    storage.withUnsafeBytes { bytes in
      bytes.bytes(at: 0, count: 4)?.elementsEqual("RIFF".utf8) == true
        && bytes.bytes(at: 8, count: 4)?.elementsEqual("WAVE".utf8) == true
    }
  }

  /// Opens a file: whole numbers of 8, 16, 24 or 32 bits, or floats of 32 or 64.
  ///
  /// - Parameters:
  ///   - storage: the whole file.
  ///   - file: its name, for errors.
  /// - Throws: ``SequenceFileError/wave(file:reason:)``.
  public init(storage: ByteStorage, file: String) throws {
    func fault(_ reason: String) -> SequenceFileError { .wave(file: file, reason: reason) }
    var found: (code: UInt16, channels: Int, rate: Int, bits: Int)?
    var data: Range<Int>?
    try storage.withUnsafeBytes { bytes in
      var place = 12
      while data == nil || found == nil, place + 8 <= bytes.count {
        let name = bytes.bytes(at: place, count: 4)
        guard let size = bytes.littleEndian(UInt32.self, at: place + 4) else { break }
        let body = place + 8
        if name?.elementsEqual("fmt ".utf8) == true {
          guard size >= 16, let code = bytes.littleEndian(UInt16.self, at: body),
            let channels = bytes.littleEndian(UInt16.self, at: body + 2),
            let rate = bytes.littleEndian(UInt32.self, at: body + 4),
            let bits = bytes.littleEndian(UInt16.self, at: body + 14)
          else { throw fault("its description of the samples ends too early") }
          // WAVE_FORMAT_EXTENSIBLE has the code in the first bytes of a longer one.
          let inner = code == 0xFFFE ? bytes.littleEndian(UInt16.self, at: body + 24) : code
          found = (inner ?? 0, Int(channels), Int(rate), Int(bits))
        } else if name?.elementsEqual("data".utf8) == true {
          // A recorder that was cut off leaves a size of 0, or too large a one: what is there counts.
          let rest = bytes.count - body
          data = body..<body + min(size == 0 || size == .max ? rest : Int(size), rest)
        }
        place = body + Int(size) + Int(size & 1)
      }
    }
    guard let found else { throw fault("it does not say what its samples are ('fmt ')") }
    guard let data else { throw fault("it has no samples ('data')") }
    switch (found.code, found.bits) {
    case (1, 8): format = .unsigned8
    case (1, 16): format = .signed16
    case (1, 24): format = .signed24
    case (1, 32): format = .signed32
    case (3, 32): format = .float32
    case (3, 64): format = .float64
    default:
      throw fault(
        "its samples have the code \(found.code) and \(found.bits) bits; read are whole numbers of 8, "
          + "16, 24 or 32 bits and floats of 32 or 64")
    }
    guard found.channels > 0 else { throw fault("it has no channel") }
    (channels, sampleRate) = (found.channels, found.rate)
    frames = data.count / (channels * format.byteCount)
    (self.storage, start, self.file) = (storage, data.lowerBound, file)
  }

  /// Some samples of every channel, `[samples, channels, 1]`, full scale at ±1.
  public func samples(_ range: Range<Int>) throws -> Array3<Float> {
    let width = format.byteCount
    let values = storage.withUnsafeBytes { bytes -> [Float] in
      (range.lowerBound * channels..<range.upperBound * channels).map { index in
        let place = start + index * width
        func number<Number: FixedWidthInteger>(_ type: Number.Type) -> Number {
          bytes.littleEndian(type, at: place) ?? 0
        }
        switch format {
        case .unsigned8: return (Float(number(UInt8.self)) - 128) / 128
        case .signed16: return Float(number(Int16.self)) / 32768
        case .signed24:
          let low = UInt32(number(UInt16.self))
          let high = UInt32(bytes[place + 2])
          return Float(Int32(bitPattern: (high << 24) | (low << 8)) >> 8) / 8_388_608
        case .signed32: return Float(Double(number(Int32.self)) / 2_147_483_648)
        case .float32: return Float(bitPattern: number(UInt32.self))
        case .float64: return Float(Double(bitPattern: number(UInt64.self)))
        }
      }
    }
    guard values.allSatisfy(\.isFinite) else {
      throw SequenceFileError.wave(file: file, reason: "a sample is not a finite number")
    }
    return Array3(planes: range.count, rows: channels, columns: 1, values: values)
  }
}

extension SequenceRun {
  /// Runs over the samples of a WAVE file, each channel a sequence, and writes what comes out as one of
  /// 32-bit floats. A head's logits are the sound; of a model without a head, its output is.
  ///
  /// - Parameters:
  ///   - input: the sound.
  ///   - path: the file to write, whole or not at all.
  ///   - progress: told how many samples are done, after each few.
  /// - Throws: `NetworkError`, ``SequenceFileError`` where the model does not make one number of one, or
  ///   ``LSTMFormatsError/unwritableFile(_:reason:)``.
  public func write(
    _ input: WaveFile, to path: String, progress: (_ samples: Int) -> Void = { _ in }
  ) throws {
    let outline = model.headOutline
    let width = outline?.outputSize ?? model.shape.outputSize
    let source = outline?.source ?? model.gives
    guard !model.readsTokens, model.inputSize == 1, width == 1, source == .everyStep else {
      throw SequenceFileError.notSound(
        inputs: model.readsTokens ? 0 : model.inputSize, outputs: width)
    }
    let size = input.frames * input.channels * 4
    guard size <= Int(UInt32.max) - 64 else {
      throw SequenceFileError.wave(file: path, reason: "it would be longer than 4 GB")
    }
    try ByteOutput.file(path) { output in
      func text(_ text: String) throws { try output.write(Array(text.utf8)) }
      try text("RIFF")
      try output.write(littleEndian: UInt32(36 + size))
      try text("WAVEfmt ")
      try output.write(littleEndian: UInt32(16))
      try output.write(littleEndian: UInt16(3))  // floats
      try output.write(littleEndian: UInt16(clamping: input.channels))
      try output.write(littleEndian: UInt32(clamping: input.sampleRate))
      try output.write(littleEndian: UInt32(clamping: input.sampleRate * input.channels * 4))
      try output.write(littleEndian: UInt16(clamping: input.channels * 4))
      try output.write(littleEndian: UInt16(32))
      try text("data")
      try output.write(littleEndian: UInt32(size))
      try stream(input) { block in
        try block.values.map { Float($0).bitPattern.littleEndian }
          .withUnsafeBytes { try output.write($0) }
      } progress: {
        progress($0)
      }
    }
  }

  /// Runs in blocks of samples.
  private func stream(
    _ input: WaveFile, _ write: (Array3<Double>) throws -> Void, progress: (Int) -> Void
  ) throws {
    func sound<Scalar>(_ output: NetworkOutput<Scalar>) -> Array3<Double>
    where Scalar: BinaryFloatingPoint {
      Array3(output.logits ?? output.output)
    }
    if let engine {
      let run = try BlockwiseRun<Float>(model, steps: input.frames, batch: input.channels)
      try run.run(by: engine, threads: threads, read: { .values(try input.samples($0)) }) {
        try write(sound($0.output))
        progress($0.steps.upperBound)
      }
    } else {
      let run = try BlockwiseRun<Double>(model, steps: input.frames, batch: input.channels)
      try run.run(read: { .values(Array3(try input.samples($0))) }) {
        try write(sound($0.output))
        progress($0.steps.upperBound)
      }
    }
  }
}
