// Remedies of the modules below as the users of the command line read them: with the options.

import Foundation
import LSTMCore
import LSTMFormats
import Testing

@Suite struct RemedyTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func path(_ name: String) -> String { folder.url.appending(path: name).path }

  private func zeros(_ rows: Int, _ columns: Int) -> Tensor {
    Tensor([Double](repeating: 0, count: rows * columns), shape: [rows, columns])
  }

  /// An LSTM of 2 inputs and 3 units, without biases, under PyTorch's names.
  private func lstm(_ module: String) -> [(String, Tensor)] {
    [("\(module).weight_ih_l0", zeros(12, 2)), ("\(module).weight_hh_l0", zeros(12, 3))]
  }

  private func expect(
    _ arguments: [String], _ status: Int32, _ message: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try Program.lstm(arguments, folder: folder.url)
    #expect(outcome.status == status, sourceLocation: sourceLocation)
    #expect(outcome.errors == message + "\n", sourceLocation: sourceLocation)
  }

  @Test("Several parts that would do are told with the options that choose one")
  func severalParts() throws {
    try NpzFile(TensorArchive(lstm("encoder") + lstm("decoder"))).write(to: path("two.npz"))
    try expect(
      ["inspect", "two.npz"], 65,
      """
      Error: 'two.npz' holds several parts that could be the LSTM: encoder (PyTorch, 1 layer, I 2, H 3),
      decoder (PyTorch, 1 layer, I 2, H 3).
      Choose with --lstm NAME, or several as layers, the first first: --lstm A,B.
      """)
    try NpzFile(
      TensorArchive(lstm("lstm") + [("emb_a.weight", zeros(5, 2)), ("emb_b.weight", zeros(7, 2))])
    ).write(to: path("fronts.npz"))
    try expect(
      ["convert", "fronts.npz", "fronts.json"], 0,
      "Note: fronts.npz: left out: no embedding was taken, since several would do: "
        + "emb_a.weight (5 x 2), emb_b.weight (7 x 2) (choose with --embedding NAME).\n"
        + "Note: fronts.npz: left out: of the file's network emb_a (5 x 2), emb_b (7 x 2) are not in "
        + "this model.")
    try NpzFile(
      TensorArchive(lstm("lstm") + [("fc1.weight", zeros(5, 3)), ("fc2.weight", zeros(1, 3))])
    ).write(to: path("heads.npz"))
    try expect(
      ["convert", "heads.npz", "heads.json"], 0,
      "Note: heads.npz: left out: no head was taken: fc1.weight (5 x 3), fc2.weight (1 x 3) could be "
        + "it, but several would do (choose with --head NAME).\n"
        + "Note: heads.npz: left out: of the file's network fc1 (5 x 3), fc2 (1 x 3) are not in this "
        + "model.")
  }

  @Test("What an .npz has nothing of, or in another order, is told with the option that says so")
  func outputs() throws {
    let (model, input) = (ModelCommandTests.model, ModelCommandTests.input)
    try NpzFile(TensorArchive([("other", zeros(1, 1))])).write(to: path("none.npz"))
    try expect(
      ["compare", model, "none.npz", "--input", input], 65,
      """
      Error: there is nothing to compare with.
      The file needs 'output', 'hidden', 'cell' or 'logits', named as lstm run names them.
      """)
    try NpzFile(TensorArchive([("output", Tensor([0.0, 0], shape: [1, 2, 1]))])).write(
      to: path("turned.npz"))
    let outcome = try Program.lstm(["compare", model, path("turned.npz"), "--input", input])
    #expect(outcome.status == 65)
    #expect(
      outcome.errors.hasSuffix(
        "Arrays are [T, B, units]; --batch-first says that yours are [B, T, units].\n"))
  }

  @Test("Rows of a run that are left out are found with --output")
  func rows() throws {
    let input = try folder.write("long.csv", String(repeating: "0.5\n", count: 30))
    let outcome = try Program.lstm(["run", ModelCommandTests.model, input])
    #expect(outcome.output.contains("   … 6 more rows: --output writes all\n"))
  }
}
