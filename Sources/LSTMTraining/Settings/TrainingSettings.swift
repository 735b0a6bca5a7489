// Every hyper-parameter of a training, with what each is where nothing is said. Their names in files
// and messages are in SettingTable.swift.

import LSTMCore

/// Everything that decides what comes of a training, but the data.
public struct TrainingSettings: Equatable, Sendable {
  /// How optimisers are called.
  public enum OptimizerName: String, CaseIterable, Sendable { case sgd, rmsprop, adam, adamw }
  /// How forms of schedules are called.
  public enum ScheduleName: String, CaseIterable, Sendable {
    case constant, cosine, step, exponential
    case oneCycle = "one-cycle"
    case plateau
  }

  /// What is foretold of a column.
  public enum Foretold: String, CaseIterable, Sendable { case change, value }
  /// How losses of numbers are called.
  public enum LossName: String, CaseIterable, Sendable {
    case squaredError = "squared-error"
    case huber
  }

  /// How text is cut into tokens.
  public var unit = LSTMModel.Vocabulary.Kind.characters
  /// How many different words are told apart.
  public var vocabularySize = 10_000
  /// The columns of a table that are foretold, by name, with commas between them.
  public var target = ""
  /// The other columns that are read.
  public var inputs = ""
  /// The column that tells one sequence of a table from another.
  public var group = ""
  /// The column of the class of a sequence.
  public var label = ""
  /// The steps of a season; 0 to find it in the data.
  public var period = 0
  /// What is foretold of a column: its change from the step before, or its value.
  public var foretells = Foretold.change
  /// What is made small where numbers are foretold.
  public var loss = LossName.squaredError
  /// Hidden units of each layer, H.
  public var hiddenSize = 128
  /// Layers.
  public var layers = 1
  /// Whether each layer reads forward only (1), or backward, too (2): for classes of sequences.
  public var directions = 1
  /// The size of a token's learned vector; 0 for a vector with a single one.
  public var embeddingSize = 64
  /// Sequences side by side, B.
  public var batch = 32
  /// Steps of a sequence, T: how far back gradients go.
  public var sequenceLength = 64
  /// Steps of training in all.
  public var steps = 1000
  /// The largest learning rate.
  public var learningRate = 0.005
  /// How the parameters change.
  public var optimizer = OptimizerName.adam
  /// Of SGD and RMSprop.
  public var momentum = 0.0
  /// Weight decay.
  public var weightDecay = 0.0
  /// The largest norm of all gradients together; 0 for none.
  public var clipNorm = 1.0
  /// The largest gradient of a number; 0 for none.
  public var clipValue = 0.0
  /// How the learning rate changes.
  public var schedule = ScheduleName.cosine
  /// Over how many first steps the learning rate grows.
  public var warmUp = 0
  /// After how many steps, or evaluations without a better loss, a stepped rate falls.
  public var decayEvery = 100
  /// What it then is multiplied by.
  public var decayFactor = 0.5
  /// How the weights start.
  public var weights = NetworkStart.Weights.pytorch
  /// What every forget gate's bias starts as; nil for what is drawn.
  public var forgetBias: Double?
  /// The part of the weights between hidden states that each step does without.
  public var weightDrop = 0.0
  /// The part of the data, at its end, that is held back to see how good the model is.
  public var validation = 0.05
  /// Steps between two evaluations.
  public var evaluateEvery = 100
  /// Steps between two checkpoints.
  public var checkpointEvery = 100
  /// Where the random numbers begin.
  public var seed = 1

  /// The settings where nothing is said.
  public init() {}
}

extension TrainingSettings {
  /// The optimiser with its numbers.
  public var optimizerValue: Optimizer {
    switch optimizer {
    case .sgd: .sgd(momentum: momentum, weightDecay: weightDecay)
    case .rmsprop: .rmsprop(momentum: momentum, weightDecay: weightDecay)
    case .adam: .adam(weightDecay: weightDecay)
    case .adamw: .adamW(weightDecay: weightDecay)
    }
  }

  /// How gradients are bounded: by value where a value is given, else by norm.
  public var clipping: GradientClipping {
    clipValue > 0 ? .value(clipValue) : clipNorm > 0 ? .norm(clipNorm) : .none
  }

  /// The schedule with its numbers.
  public var scheduleValue: LearningRateSchedule {
    let form: LearningRateSchedule.Form =
      switch schedule {
      case .constant: .constant
      case .cosine: .cosine
      case .step: .step(every: decayEvery, factor: decayFactor)
      case .exponential: .exponential(factor: .pow(decayFactor, 1 / Double(max(1, decayEvery))))
      case .oneCycle: .oneCycle
      case .plateau: .plateau(patience: decayEvery, factor: decayFactor)
      }
    return LearningRateSchedule(form, warmUp: warmUp)
  }

  /// How the network starts.
  public var start: NetworkStart { NetworkStart(weights, forgetBias: forgetBias) }
}
