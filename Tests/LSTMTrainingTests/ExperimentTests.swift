// The experiments: that what is made up is what the papers say, and that one of them is solved.

import LSTMCore
import LSTMTraining
import Testing

@Suite("Experiments")
struct ExperimentTests {
  @Test("Strings of as many b as a are learned within seconds, the same from the same seed")
  func counting() throws {
    let experiment = try #require(Experiment.named("anbn"))
    var setUp = experiment.setUp
    setUp.steps = 600
    let result = try experiment.run(.init(), setUp, seed: 1)
    #expect(result.isSolved && result.wrong <= 1)
    #expect(result.curve.count > 1)
    setUp.steps = 50
    let (one, two) = (
      try experiment.run(.init(), setUp, seed: 2), try experiment.run(.init(), setUp, seed: 2)
    )
    #expect(one.model == two.model && one.curve == two.curve)
  }

  @Test("Every experiment takes a step of each kind of cell", arguments: Experiment.all.map(\.name))
  func everyExperiment(_ name: String) throws {
    let experiment = try #require(Experiment.named(name))
    var setUp = experiment.setUp
    (setUp.steps, setUp.batch, setUp.hiddenSize, setUp.tests) = (1, 2, 4, 2)
    for cell in [
      ExperimentCell(), .init(without: [.forget]), .init(isCoupled: true, hasPeepholes: true),
    ] {
      let result = try experiment.run(cell, setUp, seed: 1)
      #expect(result.curve.count == 1 && result.curve[0].loss.isFinite)
    }
  }
}
