// What audio programs say beside a network that shapes sound.

/// What is known of the sound that a network was trained on.
public struct AudioDescription: Equatable, Sendable {
  /// Samples a second, where the file says it.
  public var sampleRate: Double?
  /// What else the file says, as JSON text by key: kept so that it can be written again.
  public var metadata: [String: String]

  /// Makes a description.
  public init(sampleRate: Double? = nil, metadata: [String: String] = [:]) {
    (self.sampleRate, self.metadata) = (sampleRate, metadata)
  }
}
