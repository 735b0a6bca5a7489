// Files that mean harm: each abuse ends in its error, soon, and in little memory.

import LSTMFormats
import TestSupport
import Testing

@Suite("Hostile PyTorch files")
struct PyTorchHostileTests {
  @Test("forbidden names and broken instructions", arguments: PickleAbuse.instructions)
  func instruction(abuse: PickleAbuse) { check(abuse) }

  @Test("windows that reach where they must not", arguments: PickleAbuse.windows)
  func window(abuse: PickleAbuse) { check(abuse) }

  @Test("bombs", arguments: PickleAbuse.bombs)
  func bomb(abuse: PickleAbuse) { check(abuse) }

  private func check(_ abuse: PickleAbuse) {
    expectError(abuse.text) {
      try PyTorchFile(storage: ByteStorage(abuse.file), file: "x.pt").archive
    }
  }

  @Test(
    "a small file cut off at any byte ends in an error",
    arguments: ["tensor.pt", "legacy-small.pt", "legacy-views.pt"])
  func truncated(file: String) throws {
    let whole = Array(try Fixtures.data("pytorch/\(file)"))
    for count in LongTests.sample(of: whole.indices, every: 5) {
      let storage = ByteStorage(whole[..<count])
      _ = try? ModelForm.recognised(storage, file: file)
      #expect(throws: (any Error).self, "\(count) bytes") {
        try PyTorchFile(storage: storage, file: file).archive
      }
    }
  }

  @Test(
    "a small file with any byte changed is read or ends in an error",
    arguments: ["no-checksums.pt", "legacy-views.pt"])
  func flipped(file: String) throws {
    let whole = Array(try Fixtures.data("pytorch/\(file)"))
    for place in LongTests.sample(of: whole.indices, every: 5) {
      var bytes = whole
      bytes[place] ^= 0x81
      _ = try? PyTorchFile(storage: ByteStorage(bytes), file: file).archive
    }
  }
}
