// Opening a Keras model: `.keras` archives of Keras 2.12 and later, and `.h5` files of every
// version. Both are told by their first bytes.

extension KerasModel {
  /// Whether bytes are of one of the two forms: HDF5, or a zip file with a description and weights.
  public static func matches(_ storage: ByteStorage) -> Bool {
    if HDF5File.matches(storage) { return true }
    guard ZipArchive.matches(storage),
      let archive = try? ZipArchive(storage, file: "")
    else { return false }
    return archive.member(named: KerasArchive.configName) != nil
      && archive.members.contains { $0.name.hasPrefix("model.weights") }
  }

  /// Reads a model.
  ///
  /// - Parameters:
  ///   - storage: the whole file.
  ///   - file: its name, for errors.
  /// - Throws: ``KerasError``, ``HDF5Error``, ``ZipError`` or ``LSTMFormatsError``.
  public init(storage: ByteStorage, file: String) throws {
    self = try KerasContents(storage: storage, file: file).model()
  }

  /// Opens a file.
  ///
  /// - Throws: as ``init(storage:file:)``, and ``LSTMFormatsError`` where it cannot be opened.
  public init(contentsOf path: String) throws {
    try self.init(storage: ByteStorage(mapping: path), file: path)
  }

  /// Brings description and weights together.
  init(config: KerasConfig, version: String, source: any KerasWeightSource) throws {
    let majorVersion = Self.majorVersion(version)
    var width: Int?
    let layers = try config.order().map { index in
      let layer = config.layers[index]
      let kind = try layer.kind()
      let weights = KerasWeights(layer: layer, majorVersion: majorVersion, source: source)
      let archive = try weights.archive(kind, width: width)
      width = kind.outputWidth(width)
      return KerasLayer(name: layer.name, kind: kind, weights: archive)
    }
    self.init(file: config.file, name: config.name, version: version, layers: layers)
  }
}

/// What a Keras file holds, before anything is made of it.
struct KerasContents {
  let config: KerasConfig
  let version: String
  let source: any KerasWeightSource
  let isOurs: Bool

  init(config: KerasConfig, version: String, source: any KerasWeightSource, isOurs: Bool) {
    (self.config, self.version, self.source, self.isOurs) = (config, version, source, isOurs)
  }

  /// Opens a file.
  init(storage: ByteStorage, file: String) throws {
    self =
      HDF5File.matches(storage)
      ? try KerasLegacyFile.contents(storage, file: file)
      : try KerasArchive(storage, file: file).contents()
  }

  /// The model, which has to be one line of layers that are read.
  func model() throws -> KerasModel {
    // What is not read is named before the weights are missed.
    for layer in config.layers where !layer.isMaskOperation { _ = try layer.kind() }
    var model = try KerasModel(config: config, version: version, source: source)
    model.isOurs = isOurs
    return model
  }
}
