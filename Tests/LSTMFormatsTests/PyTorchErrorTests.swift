// Files that torch itself wrote, or nearly, and that are refused: each with its whole text.

import Foundation
import LSTMFormats
import TestSupport
import Testing

@Suite("PyTorch files that are refused")
struct PyTorchErrorTests {
  static let remedy =
    "Save its numbers in Python instead: torch.save(model.state_dict(), \"model.pt\")"

  static let refused: [String: String] = [:]

  @Test("each says what is wrong, where, and what to do", arguments: refused.keys.sorted())
  func text(file: String) throws {
    expectError(try #require(Self.refused[file])) { try readFixture(file) }
  }
}
