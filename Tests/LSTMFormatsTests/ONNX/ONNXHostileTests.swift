// Files that are damaged or made to do harm: each ends in an error that says what is wrong.

import LSTMCore
import LSTMFormats
import TestSupport
import Testing

@Suite("Damaged ONNX files")
struct ONNXHostileTests {
  private static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Fixtures.data("onnx/\(name).onnx"))
  }

  private func read(_ bytes: [UInt8]) throws -> ONNXSequenceModel {
    try ONNXSequenceModel(storage: ByteStorage(bytes), file: "m.onnx")
  }

  /// A protobuf field of bytes.
  private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    [number << 3 | 2] + varint(bytes.count) + bytes
  }

  private static func varint(_ value: Int) -> [UInt8] {
    var (rest, bytes) = (UInt64(bitPattern: Int64(value)), [UInt8]())
    repeat {
      bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
      rest >>= 7
    } while rest > 0
    return bytes
  }

  @Test(
    "a file cut off at any byte is refused, or is a model without its end",
    arguments: ["path-final-state-gemm", "node-typed-data", "node-only-final"])
  func truncated(_ name: String) throws {
    let whole = try Self.bytes(name)
    for count in LongTests.sample(of: whole.indices, every: 5) {
      do {
        _ = try read(Array(whole[..<count]))
        Issue.record("\(count) bytes of \(whole.count) were read as a model")
      } catch is ONNXError {
      } catch {
        Issue.record("\(count) bytes: \(error)")
      }
    }
  }

  @Test("a changed byte gives a model or an error, never a trap")
  func changed() throws {
    var generator = SplitMix(state: 7)
    for name in ["torch-states", "path-final-state-gemm", "node-layout", "torch-learned-states"] {
      let whole = try Self.bytes(name)
      for _ in 0..<LongTests.count(400, every: 5) {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(
            in: 0...255, using: &generator)
        }
        do { _ = try read(bytes) } catch is ONNXError {} catch {
          Issue.record("\(name): \(error)")
        }
      }
    }
  }

  private struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  /// Bytes and the whole text of their error.
  static let abuses: [(name: String, bytes: [UInt8], error: String)] = [
    ("nothing", [], "'m.onnx' has no graph, so it is not an ONNX model, or an empty one."),
    (
      "text", Array("hello, world".utf8),
      "'m.onnx' is not a whole ONNX model: at byte 2, a field is of the unknown kind 4.\n"
        + "Copy or export it again."
    ),
    (
      "field number 0", [0, 1],
      "'m.onnx' is not a whole ONNX model: at byte 0, a field has the number 0, which protobuf does "
        + "not allow.\nCopy or export it again."
    ),
    (
      "a group", [0x0B],
      "'m.onnx' is not a whole ONNX model: at byte 0, a field is of the unknown kind 3.\n"
        + "Copy or export it again."
    ),
    (
      "an endless number", [UInt8](repeating: 0xFF, count: 20),
      "'m.onnx' is not a whole ONNX model: at byte 0, a number is longer than 64 bits.\n"
        + "Copy or export it again."
    ),
    (
      "a huge length", [0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
      "'m.onnx' is not a whole ONNX model: at byte 0, a field of 18446744073709551615 bytes begins, "
        + "but only 0 are left.\nCopy or export it again."
    ),
    (
      "no operator set", field(7, []),
      "'m.onnx' does not say which ONNX operator set it was made with (opset_import): it is no ONNX, "
        + "but a dialect of the program that wrote it.\n"
        + "Export it from there as ONNX that onnx.checker accepts."
    ),
    (
      "operator set 6", [0x42, 2, 0x10, 6] + field(7, []),
      "'m.onnx' was made with ONNX operator set 6; 7 is the first that is read. Convert it:\n"
        + "python -c \"import onnx; from onnx import version_converter as v; "
        + "onnx.save(v.convert_version(onnx.load('old.onnx'), 17), 'new.onnx')\""
    ),
    (
      "operator set 99", [0x42, 2, 0x10, 99] + field(7, []),
      "'m.onnx' was made with ONNX operator set 99; 28 is the last that is read. "
        + "Export it with opset_version=17."
    ),
    (
      "no nodes", [0x42, 2, 0x10, 17] + field(7, []),
      "'m.onnx' has no LSTM node that leads to an output. It has no nodes."
    ),
    (
      "a hundred thousand empty nodes",
      [0x42, 2, 0x10, 17] + field(7, (0..<100_000).flatMap { _ in [0x0A, 0] as [UInt8] }),
      "'m.onnx' has more than 100000 nodes, attributes, tensors and the like. "
        + "A sequence model has far fewer; the file is damaged or made to exhaust memory."
    ),
    (
      "a tensor of 2^62 numbers",
      [0x42, 2, 0x10, 17]
        + field(
          7,
          field(5, [0x08] + varint(1 << 31) + [0x08] + varint(1 << 31) + [0x10, 1, 0x42, 1, 0x57])),
      "'m.onnx': tensor 'W' has the impossible shape [2147483648, 2147483648]."
    ),
    (
      "a tensor that overflows",
      [0x42, 2, 0x10, 17]
        + field(
          7, field(5, [0x08] + varint(1 << 62) + [0x08] + varint(4) + [0x10, 1, 0x42, 1, 0x57])),
      "'m.onnx': tensor 'W' has the impossible shape [4611686018427387904, 4]."
    ),
    (
      "an empty tensor of huge dimensions",
      [0x42, 2, 0x10, 17]
        + field(
          7, field(5, [0x08] + varint(1 << 60) + [0x08, 0, 0x10, 1, 0x42, 1, 0x57])),
      "'m.onnx': tensor 'W' has the impossible shape [1152921504606846976, 0]."
    ),
    (
      "a tensor without its numbers",
      [0x42, 2, 0x10, 17] + field(7, field(5, [0x08, 4, 0x10, 1, 0x42, 1, 0x57])),
      "'m.onnx': tensor 'W' of shape [4] needs 4 numbers but has 0."
    ),
    (
      "external data",
      [0x42, 2, 0x10, 17] + field(7, field(5, [0x08, 4, 0x10, 1, 0x42, 1, 0x57, 0x70, 1])),
      "'m.onnx' keeps the numbers of 'W' in another file (external data). Put them inside:\n"
        + "python -c \"import onnx; onnx.save(onnx.load('model.onnx'), 'whole.onnx')\""
    ),
    (
      "sparse weights", [0x42, 2, 0x10, 17] + field(7, field(15, [])),
      "'m.onnx' has sparse weights. Store them densely."
    ),
  ]

  @Test("each abuse has its error", arguments: abuses.indices)
  func abuse(_ index: Int) {
    let (_, bytes, error) = Self.abuses[index]
    expectError(error) { try read(bytes) }
  }

  @Test("a name of several lines stays on one line of its error")
  func namesOfLines() throws {
    let storage = ByteStorage(try Fixtures.data("fuzz/onnx-name-of-lines.onnx"))
    do {
      _ = try ONNXSequenceModel(storage: storage, file: "m.onnx")
      Issue.record("it was read")
    } catch {
      #expect("\(error)".split(separator: "\n").count == 1)
    }
  }

  @Test("messages nested thousands deep are passed over, not followed")
  func nesting() throws {
    // Graphs in attributes in graphs: field 6 of an attribute is not decoded.
    var bytes: [UInt8] = []
    for _ in 0..<2_000 { bytes = Self.field(6, Self.field(1, Self.field(5, bytes))) }
    let file = [0x42, 2, 0x10, 17] + Self.field(7, Self.field(1, Self.field(5, bytes)))
    expectError("'m.onnx': node  '' has the attribute '', whose kind (undefined) is not read.") {
      try read(file)
    }
  }
}
