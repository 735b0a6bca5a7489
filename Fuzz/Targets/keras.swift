// A Keras model: what is read is written and read again, and has to be the same. The first byte
// says what the others are, so that the fuzzer need not find the checksums of a zip file: a whole
// file, the description in an archive with weights that fit some, or the weights of an archive.

import LSTMCore

private let layers = #"{"class_name":"InputLayer","config":{"name":"i"}}"#
private let config = Array(
  (#"{"class_name":"Sequential","config":{"name":"m","layers":["# + layers
    + #",{"class_name":"LSTM","config":{"name":"l","units":1}}]}}"#).utf8)

/// Weights of layers of one unit over one number, under every name that a small model asks for.
private let weights: [UInt8] = {
  func numbers(_ shape: [Int]) -> HDF5Numbers {
    HDF5Numbers(
      tensor: Tensor([Float](repeating: 0.5, count: shape.reduce(1, *)), shape: shape))
  }
  var root = HDF5Group()
  for name in ["lstm", "lstm_1"] {
    for (index, shape) in [[1, 4], [1, 4], [4]].enumerated() {
      root.add(numbers(shape), at: ["layers", name, "cell", "vars", "\(index)"])
      for part in ["forward_layer", "backward_layer"] {
        root.add(
          numbers(shape), at: ["layers", "bidirectional", part, "cell", "vars", "\(index)"])
      }
    }
  }
  for (index, shape) in [[1, 1], [1]].enumerated() {
    root.add(numbers(shape), at: ["layers", "dense", "vars", "\(index)"])
  }
  root.add(numbers([1, 1]), at: ["layers", "embedding", "vars", "0"])
  return HDF5Writer.bytes(of: root)
}()

private func archive(_ config: [UInt8], _ weights: [UInt8], version: Int) throws -> [UInt8] {
  try ByteOutput.bytes { output in
    var zip = ZipWriter(output)
    let metadata = Array(#"{"keras_version":"\#(version).0"}"#.utf8)
    for (name, bytes) in [
      (KerasArchive.metadataName, metadata), (KerasArchive.configName, config),
      (KerasArchive.weightsName, weights),
    ] {
      try bytes.withUnsafeBytes { try zip.add(name, $0) }
    }
    try zip.finish()
  }
}

func run(_ bytes: UnsafeBufferPointer<UInt8>) throws {
  guard let kind = bytes.first else { return }
  let rest = Array(bytes.dropFirst())
  let file =
    switch kind & 3 {
    case 0: rest
    case 1: try archive(config, rest, version: 3)
    default: try archive(rest, weights, version: kind & 1 == 0 ? 2 : 3)
    }
  let model = try KerasModel(storage: ByteStorage(file), file: "f").network().model
  let written: [UInt8]
  do {
    written = try ByteOutput.bytes { output in
      try kind & 4 == 0
        ? KerasModel(model, file: "f").writeArchive(to: output)
        : KerasModel(model, file: "f").writeLegacy(to: output)
    }
  } catch is ModelError {
    return  // The hard sigmoid of Keras 2, a sum of biases beyond the type.
  }
  guard let again = try? KerasModel(storage: ByteStorage(written), file: "f").network().model else {
    fatalError("written, it is not read")
  }
  precondition(again.mask == model.mask && again.precision == model.precision, "it reads otherwise")
  let isSummed = model.network.cells.contains {
    $0.cell.parameters.gates.forget.recurrentBias != nil
  }
  precondition(
    isSummed || again.network == model.network,
    "the network comes back")
}
