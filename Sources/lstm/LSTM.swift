// The entry point: the list of subcommands, and the one place where an error becomes text on
// standard error and an exit status.

import ArgumentParser

/// The command `lstm`.
@main
struct LSTM: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lstm",
    abstract: "An LSTM you can see through: every gate of every step.",
    discussion: """
      Begin with one step:
        lstm step --input -0.1,0.3,0.1,-0.25,0.1 --hidden 0,0.5,0.1,0.2,0.6

      And to check numbers of your own, such as a forget gate:
        lstm diagnose --input -0.1,0.3 --hidden 0,0.5 --my-forget 0.475,0.690
      """,
    version: "0.1.0",
    subcommands: [
      StepCommand.self, DiagnoseCommand.self, InspectCommand.self, RunCommand.self,
      ConvertCommand.self, CompareCommand.self, TraceCommand.self, ExplainCommand.self,
      StreamCommand.self, TrainCommand.self, EvaluateCommand.self, GenerateCommand.self,
      ScoreCommand.self, ForecastCommand.self, ExperimentCommand.self,
    ])

  static func main() {
    Failure.exit { try LSTM.parseAsRoot() }
  }
}
