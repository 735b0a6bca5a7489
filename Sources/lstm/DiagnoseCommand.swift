import ArgumentParser
struct DiagnoseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "diagnose")
}
