// Files that torch itself wrote, or nearly, and that are refused: each with its whole text.

import Foundation
import LSTMFormats
import TestSupport
import Testing

@Suite("PyTorch files that are refused")
struct PyTorchErrorTests {
  static let remedy =
    "Save its numbers in Python instead: torch.save(model.state_dict(), \"model.pt\")"

  static let refused: [String: String] = [
    "after-pickle.pt":
      "'after-pickle.pt': its part 'tensor/data.pkl' has bytes after the pickle. "
      + "Save it anew by torch.save.",
    "attack-legacy.pt":
      "'attack-legacy.pt' asks for 'posix.system' at byte 2 of its pickle. Tensors "
      + "do not need it, and nothing was run.\n" + remedy,
    "attack.pt":
      "'attack.pt' asks for 'posix.system' at byte 18 of its pickle. Tensors do not "
      + "need it, and nothing was run.\n" + remedy,
    "byte-order.pt":
      "'byte-order.pt': its part 'tensor/byteorder' says neither 'little' nor 'big'. "
      + "Save it anew by torch.save.",
    "complex.pt":
      "'complex.pt' has numbers of the type 'torch.ComplexFloatStorage', which is "
      + "not read.\n"
      + "Convert them in Python, for example by tensor.float(), and save again.",
    "deflated.pt":
      "'deflated.pt': its part 'tensor/data.pkl' is compressed, as torch.save never "
      + "does it. Save it anew by torch.save.",
    "no-pickle.pt":
      "'no-pickle.pt' is not a PyTorch file: it is a zip archive without a member "
      + "data.pkl.\n"
      + "One is made in Python by torch.save(model.state_dict(), \"model.pt\")",
    "no-storage.pt":
      "'no-storage.pt': the numbers of 'tensor', storage '0', are not in the file. "
      + "Save it anew.",
    "short-storage.pt":
      "'short-storage.pt': storage '0' of 'tensor' has 7 bytes, but its pickle says "
      + "8. Copy or download it again.",
    "tar.pt":
      "'tar.pt' is a tar file as only the first versions of PyTorch "
      + "wrote them.\n"
      + "If you trust it, save it anew in Python: torch.save(torch.load(\"tar.pt\", "
      + "weights_only=False), \"model.pt\")",
    "plain.pkl":
      "'plain.pkl' is not a PyTorch file: it is a pickle of something else.\n"
      + "One is made in Python by torch.save(model.state_dict(), \"model.pt\")",
    "expected.json":
      "'expected.json' is not a PyTorch file: it is neither a zip archive nor begins "
      + "with a pickle.\n"
      + "One is made in Python by torch.save(model.state_dict(), \"model.pt\")",
  ]

  @Test("each says what is wrong, where, and what to do", arguments: refused.keys.sorted())
  func text(file: String) throws {
    expectError(try #require(Self.refused[file])) { try readFixture(file) }
  }

  @Test(
    "whole modules, programs and newer pickles open, and run nothing",
    arguments: [
      "protocol-4.pt", "torchscript.pt", "whole-legacy.pt", "whole-lstm.pt", "whole-model.pt",
    ])
  func opened(file: String) throws {
    let archive = try readFixture(file)
    #expect(!archive.entries.isEmpty)
    #expect(archive.entries.allSatisfy { !$0.name.contains("_parameters") })
  }
}
