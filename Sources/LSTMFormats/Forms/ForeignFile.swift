// Model files of other kinds, told by their first bytes and said by name, with the way out of each.

import LSTMCore

/// A kind of file that is known and not read.
public enum ForeignFile: String, CaseIterable, Sendable {
  /// TensorFlow Lite.
  case tensorFlowLite = "a TFLite model"
  /// TensorFlow Lite with whole numbers for weights.
  case quantisedTensorFlowLite = "a quantised TFLite model"
  /// TensorFlow's SavedModel: a graph whose weights lie beside it.
  case savedModel = "the graph of a TensorFlow SavedModel"
  /// The index of a checkpoint of TensorFlow.
  case tensorFlowIndex = "the index of a TensorFlow checkpoint"
  /// The numbers of a checkpoint of TensorFlow.
  case tensorFlowData = "the numbers of a TensorFlow checkpoint without their names"
  /// Apple's Core ML.
  case coreML = "a CoreML model"
  /// TensorFlow.js: a graph whose weights lie beside it.
  case tensorFlowJS = "the description of a TensorFlow.js model"
  /// What Git keeps in place of a large file.
  case lfsPointer = "a Git LFS pointer, a few lines of text that stand for the file"
  /// Torch 7, before PyTorch.
  case torch7 = "a file of Torch 7 (.t7)"
  /// Tesseract.
  case tesseract = "Tesseract data (.traineddata)"

  /// What a file is, if it is one of these.
  ///
  /// - Parameters:
  ///   - content: the whole file.
  ///   - file: its name: the numbers of a checkpoint of TensorFlow begin like anything.
  static func recognised(_ content: ByteStorage, file: String) -> ForeignFile? {
    content.withUnsafeBytes { bytes in
      func starts(_ text: String, at place: Int = 0) -> Bool {
        bytes.bytes(at: place, count: text.utf8.count)?.elementsEqual(text.utf8) ?? false
      }
      if starts("version https://git-lfs") { return .lfsPointer }
      if starts("TFL3", at: 4) {
        return TFLiteTypes.isQuantised(bytes) ? .quantisedTensorFlowLite : .tensorFlowLite
      }
      if bytes.count >= 48,
        bytes.littleEndian(UInt64.self, at: bytes.count - 8) == 0xdb47_7524_8b80_fb57
      {
        return .tensorFlowIndex
      }
      if file.contains(".data-00000-of-") { return .tensorFlowData }
      if starts("4\n1\n3\nV 1\n") || (starts("\u{4}\0\0\0\u{1}\0\0\0\u{3}\0\0\0V 1")) {
        return .torch7
      }
      if let count = bytes.littleEndian(Int32.self, at: 0), (17...64).contains(count),
        bytes.count > 4 + 8 * Int(count),
        (0..<Int(count)).allSatisfy({ place in
          let offset = bytes.littleEndian(Int64.self, at: 4 + 8 * place) ?? 0
          return offset == -1 || (offset >= 4 + 8 * Int64(count) && offset < Int64(bytes.count))
        }),
        (0..<Int(count)).contains(where: { bytes.littleEndian(Int64.self, at: 4 + 8 * $0) == -1 })
      {
        return .tesseract
      }
      return protobuf(bytes)
    }
  }

  /// SavedModel and Core ML begin as ONNX does, by a small version; then comes a message where ONNX has
  /// the name of a program.
  private static func protobuf(_ bytes: UnsafeRawBufferPointer) -> ForeignFile? {
    guard bytes.count > 16, bytes[0] == 0x08, bytes[1] < 0x80, bytes[2] == 0x12 else { return nil }
    var place = 3
    while place < 13, bytes[place] & 0x80 != 0 { place += 1 }
    place += 1
    guard bytes[place] == 0x0A else { return nil }
    place += 1
    while place < 15, bytes[place] & 0x80 != 0 { place += 1 }
    // Core ML goes on with the name of an input, a SavedModel with its operators.
    return bytes[1] == 1 && bytes[place + 1] != 0x0A ? .savedModel : .coreML
  }

  /// How its weights get out: lines of Python.
  var wayOut: String {
    switch self {
    case .tensorFlowLite, .quantisedTensorFlowLite:
      "If you have the Keras model that it was made of, open that. Else get the arrays out in Python:\n"
        + "  i = tf.lite.Interpreter(\"FILE\"); i.allocate_tensors()\n"
        + "  np.savez(\"weights.npz\", **{d[\"name\"]: i.get_tensor(d[\"index\"]) for d in "
        + "i.get_tensor_details() if d[\"name\"]})"
    case .savedModel:
      "Its weights are in the folder variables/ beside it. Get them out in Python:\n"
        + "  r = tf.train.load_checkpoint(\"FOLDER/variables/variables\")\n"
        + "  np.savez(\"weights.npz\", **{n: r.get_tensor(n) for n in r.get_variable_to_shape_map() "
        + "if n != \"_CHECKPOINTABLE_OBJECT_GRAPH\"})"
    case .tensorFlowIndex, .tensorFlowData:
      "Get the weights out in Python, with the name up to .index or .data:\n"
        + "  r = tf.train.load_checkpoint(\"NAME.ckpt\")\n"
        + "  np.savez(\"weights.npz\", **{n: r.get_tensor(n) for n in r.get_variable_to_shape_map()})"
    case .coreML:
      "Get the weights out in Python:\n"
        + "  s = coremltools.models.MLModel(\"FILE\").get_spec()\n"
        + "  np.savez(\"weights.npz\", **{l.name + \"/W\": l.uniDirectionalLSTM.weightParams[0]"
        + ".inputGateWeightMatrix.floatValue for l in s.neuralNetwork.layers "
        + "if l.WhichOneof(\"layer\") == \"uniDirectionalLSTM\"})"
    case .tensorFlowJS:
      "Its weights are in the .bin files beside it. Make a Keras model of it in Python:\n"
        + "  import tensorflowjs; model = tensorflowjs.converters.load_keras_model(\"FILE\")\n"
        + "  model.save(\"model.keras\")"
    case .lfsPointer: "Get the file itself, in the repository that it came from: git lfs pull"
    case .torch7:
      "Get the arrays out in Python:\n  o = torchfile.load(\"FILE\")\n"
        + "  np.savez(\"weights.npz\", **{str(i): m.weight for i, m in enumerate(o.modules) "
        + "if getattr(m, \"weight\", None) is not None})"
    case .tesseract:
      "Its networks are of Tesseract alone, with weights of one byte. Take the network out with:\n"
        + "  combine_tessdata -u FILE parts.\n"
        + "and read parts.lstm by Tesseract's own code: no other program opens it."
    }
  }
}

/// As much of TFLite's FlatBuffer as tells whether its tensors are whole numbers.
private enum TFLiteTypes {
  /// Whether weights are stored as whole numbers: some tensor with two or more axes is int8 or uint8.
  static func isQuantised(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let root = offset(bytes, at: 0),
      let graphs = vector(bytes, of: root, field: 2), let graph = graphs.first,
      let tensors = vector(bytes, of: graph, field: 0)
    else { return false }
    return tensors.contains { tensor in
      guard let place = field(bytes, of: tensor, 1), place < bytes.count else { return false }
      return [3, 9].contains(bytes[place])  // UINT8, INT8
    }
  }

  private static func offset(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Int? {
    guard place >= 0, let offset = bytes.littleEndian(UInt32.self, at: place) else { return nil }
    let target = place + Int(offset)
    return target < bytes.count ? target : nil
  }

  /// Where a field of a table stands; nil where it is left out.
  private static func field(_ bytes: UnsafeRawBufferPointer, of table: Int, _ index: Int) -> Int? {
    guard let back = bytes.littleEndian(Int32.self, at: table) else { return nil }
    let list = table - Int(back)
    guard list >= 0, let size = bytes.littleEndian(UInt16.self, at: list),
      Int(size) >= 6 + 2 * index,
      let place = bytes.littleEndian(UInt16.self, at: list + 4 + 2 * index), place > 0
    else { return nil }
    return table + Int(place)
  }

  /// The tables of a list, at most a thousand.
  private static func vector(_ bytes: UnsafeRawBufferPointer, of table: Int, field index: Int)
    -> [Int]?
  {
    guard let place = field(bytes, of: table, index), let start = offset(bytes, at: place),
      let count = bytes.littleEndian(UInt32.self, at: start)
    else { return nil }
    return (0..<min(Int(count), 1000)).compactMap { offset(bytes, at: start + 4 + 4 * $0) }
  }
}
