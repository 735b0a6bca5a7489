// Keras' files as models. What becomes of layers here is in KerasNetwork.swift, and of a network there
// in KerasModel+Write.swift; the files themselves are read and written in Layers/.

import LSTMCore

extension ModelForm {
  /// A Keras archive, `.keras`, or the older `.h5`.
  public static let keras = ModelForm(
    identifier: "keras", title: "Keras model", extensions: ["keras", "h5"],
    settings: Set(LSTMModel.Setting.allCases).subtracting([.initialState, .lengths]),
    recognise: { content, _ in KerasModel.matches(content) ? .certain : .foreign },
    read: readKeras,
    write: { model, output in
      let model = try model.asKerasReads()
      try KerasModel(model, file: output.name).write(to: output)
      return KerasModel.leavesOut(model)
    })
}

@Sendable
private func readKeras(_ content: ByteStorage, _ file: String, _ choice: StateDictChoice) throws
  -> LSTMModel
{
  let contents: KerasContents
  do {
    contents = try KerasContents(storage: content, file: file)
  } catch let error as KerasError {
    switch error {
    case .noConfig:
      return try KerasWeightsOnly.model(
        HDF5File.root(of: content, file: file), file: file, choice)
    case .modelClass where !HDF5File.matches(content):
      return try KerasWeightsOnly.model(
        KerasArchive(content, file: file).weightsRoot(), file: file, choice)
    default: throw error
    }
  }
  let parts = KerasParts(contents: contents, file: file)
  guard choice.lstm.isEmpty else { return try parts.model(choice, insteadOf: nil) }
  do {
    let layers = contents.config.layers.map(\.name)
    var model = try contents.model().network().model
      .takingKeras(choice, file: file, layers: layers)
    model.listedLSTMs = parts.listed
    return model
  } catch let error as KerasError {
    switch error {
    case .layerClass, .setting, .notAChain, .layerPlace:
      return try parts.model(choice, insteadOf: error)
    default: throw error
    }
  }
}

extension LSTMModel {
  /// The model as Keras reads one. Keras knows the last step only as the final state, which is the
  /// same in a layer that reads forward.
  ///
  /// - Throws: ``ModelError/cannotHold(_:_:instead:)`` where one step is read otherwise.
  fileprivate func asKerasReads() throws -> LSTMModel {
    var (network, model) = (self.network, self)
    let reading = network.head?.source ?? headLayers?.source ?? gives
    guard reading == .lastStep || reading == .firstStep else { return self }
    guard reading == .lastStep, network.layers.last?.reverse == nil else {
      guard headLayers == nil else {
        throw ModelError.cannotHold(
          .form(.keras), .setting(.headLayers, words: "what the head's layers read"),
          instead: [.swiftLSTM, .json])
      }
      try ModelForm.keras.refuse([network.head == nil ? .outputs : .headReading], of: self)
      return self
    }
    if model.headLayers != nil {
      model.headLayers?.source = .finalState
      return model
    }
    guard var head = network.head else {
      model.gives = .finalState
      return model
    }
    head.source = .finalState
    network = try LSTMNetwork(front: network.front, layers: network.layers, head: head)
    model.network = network
    return model
  }
}
