// Which parts of a file are the model, where its names leave a choice. What there is to choose from is
// found in StateDicts/.

/// Which parts of a file to take where several would do.
public struct StateDictChoice: Equatable, Sendable {
  /// The LSTM, by what stands before the names of its arrays: "encoder.lstm". Several are
  /// stacked as layers, the first first. Empty: the only one there is.
  public var lstm: [String]
  /// The embedding, by the name of its array or what stands before ".weight".
  public var embedding: String?
  /// Whether the model is read without an embedding.
  public var withoutEmbedding: Bool
  /// The linear layer, named in the same way; or several layers, the first first, each with or
  /// without a function after it: "fc1:relu,fc2", "norm,fc:softmax".
  public var head: String?
  /// The layers before the LSTM, in the same way; none where it is nil.
  public var front: String?
  /// Whether the model is read without a head.
  public var withoutHead: Bool

  /// Makes a choice; what is left out is found.
  public init(
    lstm: [String] = [], embedding: String? = nil, withoutEmbedding: Bool = false,
    head: String? = nil, withoutHead: Bool = false, front: String? = nil
  ) {
    self.lstm = lstm
    self.embedding = embedding
    self.withoutEmbedding = withoutEmbedding
    self.head = head
    self.withoutHead = withoutHead
    self.front = front
  }
}
