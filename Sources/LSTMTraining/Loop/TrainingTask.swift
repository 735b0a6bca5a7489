// What a training is about, whatever its data are: batches, an evaluation, a model, words.

import LSTMCore

/// One step's worth of data.
public struct TrainingBatch: Sendable {
  /// What the network reads.
  public var input: NetworkInput<Float>
  /// The length of each sequence; nil where all are whole.
  public var lengths: [Int]?
  /// What it should give.
  public var targets: TrainingTargets
  /// Whether its sequences go on from those of the batch before.
  public var carriesState: Bool

  /// How many steps of sequences it has.
  var stepCount: Int { lengths?.reduce(0, +) ?? input.steps * input.batch }
}

/// Where a reading of data stands; everything that a checkpoint needs of it.
public struct DataPlace: Equatable, Sendable {
  /// How often the data were read to their end.
  public var epoch = 0
  /// How many batches of this epoch were read.
  public var batch = 0
  /// Where in the data each stream goes on, where it is read in streams.
  public var offsets: [Int] = []

  /// Makes a place.
  public init(epoch: Int = 0, batch: Int = 0, offsets: [Int] = []) {
    (self.epoch, self.batch, self.offsets) = (epoch, batch, offsets)
  }
}

/// Batches, one after the other, without end. What comes at a place is always the same.
public protocol TrainingBatches {
  /// Where the reading stands.
  var place: DataPlace { get }
  /// Reads the next batch.
  mutating func next() -> TrainingBatch
  /// Goes to a place.
  ///
  /// - Returns: false where it is none of these data.
  mutating func go(to place: DataPlace) -> Bool
}

/// What a training is about.
public protocol TrainingTask {
  /// Its name in the folder of a run: "text".
  static var name: String { get }
  /// The file of data.
  var file: String { get }
  /// A number that is another for almost every other content of the file.
  var fingerprint: UInt64 { get }
  /// What the loss is.
  var loss: TrainingLoss { get }
  /// The network to train.
  func plan(_ settings: TrainingSettings) -> NetworkPlan
  /// What to train on.
  ///
  /// - Throws: ``TrainingError`` where the data are too few.
  func batches(_ settings: TrainingSettings) throws -> any TrainingBatches
  /// The mean loss of what is held back; nil where nothing is.
  func evaluate(_ network: LSTMNetwork<Float>, _ settings: TrainingSettings) throws -> Double?
  /// A network as a model with all that goes with it.
  func model(_ network: LSTMNetwork<Float>, _ settings: TrainingSettings) throws -> LSTMModel
  /// What is known before training: the data in a few words first, then what is odd about them.
  func opening(_ settings: TrainingSettings) -> [String]
  /// What came of it, beside what simpler means reach.
  func closing(_ network: LSTMNetwork<Float>, _ settings: TrainingSettings) throws -> [String]
  /// A loss in the words of the task: "2.1 bits a character".
  func words(loss: Double) -> String
}
