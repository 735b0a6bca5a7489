// ONNX files opened and written. How a graph is followed is ONNXModelReader's, and how one is laid out
// ONNXModelWriter's.

extension ONNXSequenceModel {
  /// Opens a file.
  ///
  /// - Throws: ``ONNXError``, or ``LSTMFormatsError`` where the file cannot be opened.
  public init(contentsOf path: String) throws {
    try self.init(storage: ByteStorage(mapping: path), file: path)
  }

  /// Reads a model from the bytes of a file.
  ///
  /// Read are graphs of LSTM nodes (operator sets 7 to 28, every attribute of the operator) with
  /// what exporters write around them. Any other node is named in the error.
  ///
  /// - Parameters:
  ///   - storage: the bytes.
  ///   - file: the file's name, for errors.
  /// - Throws: ``ONNXError``.
  public init(storage: ByteStorage, file: String) throws {
    self = try ONNXModelReader.read(storage, file: file)
  }

  /// The operator sets that can be written.
  public static var writtenOperatorSets: ClosedRange<Int> { ONNXModelWriter.operatorSets }

  /// Writes the model to a file; see ``bytes(operatorSet:)``.
  ///
  /// - Throws: ``ONNXError/unwritable(reason:)``, or
  ///   ``LSTMFormatsError/unwritableFile(_:reason:)``.
  public func write(to path: String, operatorSet: Int? = nil) throws {
    let bytes = try bytes(operatorSet: operatorSet)
    try ByteOutput.file(path) { try $0.write(bytes) }
  }

  /// The bytes of a file.
  ///
  /// Outputs have their standard axes, batch-first where the model is; first states that are
  /// inputs of the graph are written as inputs `[planes, B, H]`, batch-first where they were.
  ///
  /// - Parameter operatorSet: the version of ONNX's operators, one of ``writtenOperatorSets``; 17
  ///   where nil, or 22 for bfloat16, whose LSTM is the first that has it.
  /// - Throws: ``ONNXError/unwritable(reason:)``.
  public func bytes(operatorSet: Int? = nil) throws -> [UInt8] {
    try ONNXModelWriter.bytes(of: self, operatorSet: operatorSet)
  }
}
