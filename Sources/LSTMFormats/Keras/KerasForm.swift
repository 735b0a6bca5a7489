// Keras' files as models. What becomes of layers here is in KerasNetwork.swift, and of a network there
// in KerasModel+Write.swift; the files themselves are read and written in Layers/.

import LSTMCore

extension ModelForm {
  /// A Keras archive, `.keras`, or the older `.h5`.
  public static let keras = ModelForm(
    identifier: "keras", title: "Keras model", extensions: ["keras", "h5"],
    settings: Set(LSTMModel.Setting.allCases).subtracting([.initialState, .lengths]),
    recognise: { content, _ in KerasModel.matches(content) ? .certain : .foreign },
    read: { content, file, _ in try KerasModel(storage: content, file: file).network().model },
    write: { model, output in
      let model = try model.asKerasReads()
      try KerasModel(model, file: output.name).write(to: output)
      return KerasModel.leavesOut(model)
    })
}

extension LSTMModel {
  /// The model as Keras reads one. Keras knows the last step only as the final state, which is the
  /// same in a layer that reads forward.
  ///
  /// - Throws: ``ModelError/cannotHold(_:_:instead:)`` where one step is read otherwise.
  fileprivate func asKerasReads() throws -> LSTMModel {
    var (network, model) = (self.network, self)
    let reading = network.head?.source ?? gives
    guard reading == .lastStep || reading == .firstStep else { return self }
    guard reading == .lastStep, network.layers.last?.reverse == nil else {
      try ModelForm.keras.refuse([network.head == nil ? .outputs : .headReading], of: self)
      return self
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
