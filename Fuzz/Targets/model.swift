// The project's own model file: what is read is written and read again, and has to be the same. The
// first byte says what the others are, so that the fuzzer need not find JSON within JSON: a whole
// file, or the document of one whose arrays fit each other.

import LSTMCore

func run(_ bytes: UnsafeBufferPointer<UInt8>) throws {
  guard let kind = bytes.first else { return }
  let rest = Array(bytes.dropFirst())
  var archive: TensorArchive
  if kind & 1 == 0 {
    archive = try SafetensorsFile(storage: ByteStorage(rest), file: "f").archive
  } else {
    archive = arrays(type: [.float32, .float64, .float16, .bfloat16][Int(kind >> 1) & 3])
    archive.metadata = [ModelFile.metadataKey: String(decoding: rest, as: UTF8.self)]
  }
  let model = try ModelFile.model(from: archive, file: "f")
  let written: TensorArchive
  do {
    written = try ModelFile.archive(of: model)
  } catch ModelError.outOfRange {
    return  // the document may name a narrower type than the arrays have
  }
  let again = try ModelFile.model(from: written, file: "f")
  precondition(again.network == model.network || isRounded(model), "written, it reads otherwise")
  precondition(again.mask == model.mask && again.lengths == model.lengths, "settings are lost")
  precondition(
    again.vocabulary == model.vocabulary && again.task == model.task
      && again.provenance == model.provenance && again.hasBiases == model.hasBiases,
    "what stands beside is lost")
}

/// Whether the document names a type that cannot hold all the numbers of the arrays.
private func isRounded(_ model: LSTMModel) -> Bool { model.precision != .float64 }

/// The arrays of two layers in both directions, I = 2 and 4, H = 2, with everything around them.
private func arrays(type: NumberType) -> TensorArchive {
  var entries: [(String, [Int])] = [
    ("embedding.weight", [3, 2]), ("head.weight", [2, 4]), ("head.bias", [2]),
  ]
  for (layer, inputs) in [2, 4].enumerated() {
    for suffix in ["_l\(layer)", "_l\(layer)_reverse"] {
      entries += [
        ("lstm.weight_ih\(suffix)", [8, inputs]), ("lstm.weight_hh\(suffix)", [8, 2]),
        ("lstm.bias_ih\(suffix)", [8]), ("lstm.bias_hh\(suffix)", [8]),
        ("initial.hidden\(suffix)", [1, 2]), ("initial.cell\(suffix)", [1, 2]),
      ]
      if layer == 0 { entries.append(("lstm.peephole_output\(suffix)", [2])) }
    }
  }
  return TensorArchive(
    entries.map { name, shape in
      let count = shape.reduce(1, *)
      return (
        name, Tensor((0..<count).map { Double($0 % 7) / 4 - 0.5 }, shape: shape, type: type)
      )
    })
}
