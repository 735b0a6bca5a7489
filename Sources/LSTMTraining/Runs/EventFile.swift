// Notes as TensorBoard reads them: records of protocol buffers, each with checksums
// (tensorflow/core/lib/io/record_writer.h and event.proto). Only the few fields that scalars need.

import LSTMCore
import LSTMFormats

/// A file of TensorBoard's events.
final class EventFile {
  private let file: AppendedFile

  /// Begins a file; one that was there is replaced.
  ///
  /// - Throws: `LSTMFormatsError.unwritableFile`.
  init(_ path: String) throws {
    FolderAccess.remove(path)
    file = try AppendedFile(path)
    var event = Message()
    event.add(field: 1, 0.0)
    event.add(field: 3, Array("brain.Event:2".utf8))
    try file.add(Self.record(event.bytes))
  }

  /// Adds the numbers of a note.
  ///
  /// - Throws: `LSTMFormatsError.unwritableFile`.
  func add(_ note: TrainingNote, seconds: Double) throws {
    var summary = Message()
    var scalars = [
      ("loss/training", note.loss), ("gradient norm", note.gradientNorm),
      ("learning rate", note.learningRate), ("steps a second", note.stepsPerSecond),
    ]
    if let loss = note.validationLoss { scalars.append(("loss/held back", loss)) }
    for (name, value) in scalars {
      var scalar = Message()
      scalar.add(field: 1, Array(name.utf8))
      scalar.add(field: 2, Float(value))
      summary.add(field: 1, scalar.bytes)
    }
    var event = Message()
    event.add(field: 1, seconds)
    event.add(field: 2, UInt64(note.step))
    event.add(field: 5, summary.bytes)
    try file.add(Self.record(event.bytes))
  }

  /// A record: its length, a checksum of that, the bytes, a checksum of those.
  static func record(_ bytes: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt64(bytes.count))
    return length + littleEndian(maskedChecksum(length)) + bytes
      + littleEndian(maskedChecksum(bytes))
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  /// CRC-32C (Castagnoli), turned and shifted as record files have it.
  static func maskedChecksum(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = ~0
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
    }
    crc = ~crc
    return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
  }

  /// A message of a protocol buffer.
  private struct Message {
    private(set) var bytes: [UInt8] = []

    private mutating func add(variable value: UInt64) {
      var rest = value
      while rest >= 0x80 {
        bytes.append(UInt8(rest & 0x7F) | 0x80)
        rest >>= 7
      }
      bytes.append(UInt8(rest))
    }

    mutating func add(field: Int, _ value: UInt64) {
      add(variable: UInt64(field << 3))
      add(variable: value)
    }

    mutating func add(field: Int, _ value: Double) {
      add(variable: UInt64(field << 3 | 1))
      bytes += littleEndian(value.bitPattern)
    }

    mutating func add(field: Int, _ value: Float) {
      add(variable: UInt64(field << 3 | 5))
      bytes += littleEndian(value.bitPattern)
    }

    mutating func add(field: Int, _ value: [UInt8]) {
      add(variable: UInt64(field << 3 | 2))
      add(variable: UInt64(value.count))
      bytes += value
    }
  }
}
