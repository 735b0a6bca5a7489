// A WAVE file: every sample that it says it has can be read.

import LSTMCore

func run(_ bytes: UnsafeBufferPointer<UInt8>) throws {
  let wave = try WaveFile(storage: ByteStorage(bytes), file: "f")
  precondition(wave.frames * wave.channels <= bytes.count, "samples that are not there")
  _ = try wave.samples(0..<wave.frames)
}
