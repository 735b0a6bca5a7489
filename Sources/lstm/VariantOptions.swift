// The options that say what kind of cell it is.

import ArgumentParser
import LSTMCore
import LSTMFormats

extension NamedVariant: ExpressibleByArgument {}
extension CellVariant<Double>.Coupling: ExpressibleByArgument {}

/// The settings in which a cell differs from the usual one.
struct VariantOptions: ParsableArguments {
  @Option(name: .customLong("variant"), help: "A published variant by name.")
  var named: NamedVariant = .vanilla

  @Option(help: "Couple the gates: f = 1 - i (as in ONNX) or i = 1 - f (as in TensorFlow Lite).")
  var coupled: CellVariant<Double>.Coupling?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Hold gates at constants, as in forget=1.", valueName: "gate=number"))
  var pin: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      Other functions, as in candidate=relu,cell=identity or gates=hard-sigmoid:0.2:0.5. Names \
      are forget, input, candidate, output, cell, and gates for all three gates; functions are \
      \(Activation<Double>.Kind.allCases.map(\.rawValue).joined(separator: ", ")).
      """, valueName: "name=function"))
  var activation: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Hold every pre-activation within ±bound.", valueName: "bound"))
  var clip: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Hold the cell state within ±bound.", valueName: "bound"))
  var cellClip: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Hold the projected hidden state within ±bound.", valueName: "bound"))
  var projectionClip: String?

  /// The options as they were given, for a command that takes a step of the same variant.
  var asGiven: [String] {
    let single: [(name: String, value: String?)] = [
      ("variant", named == .vanilla ? nil : named.rawValue), ("coupled", coupled?.rawValue),
    ]
    let bounds = [("clip", clip), ("cell-clip", cellClip), ("projection-clip", projectionClip)]
    let all =
      single + pin.map { ("pin", $0) } + activation.map { ("activation", $0) } + bounds
    return all.compactMap { name, value in value.map { "--\(name) \($0.filter { $0 != " " })" } }
  }

  /// The settings.
  func variant() throws -> CellVariant<Double> {
    var settings: CellVariant<Double> = named.settings()
    if let coupled { settings.coupling = coupled }
    for text in pin {
      guard text.contains("=") else {
        throw UsageError("--pin: '\(text)' does not say which gate. Write it like forget=1.")
      }
      for (gate, value) in try numbersByGate(text, option: "--pin", gates: Gate.allCases) {
        settings.pinned[gate] = value
      }
    }
    for text in activation { try apply(activation: text, to: &settings) }
    settings.clip = try bound(clip, option: "--clip")
    settings.cellClip = try bound(cellClip, option: "--cell-clip")
    settings.projectionClip = try bound(projectionClip, option: "--projection-clip")
    return settings
  }

  private func bound(_ text: String?, option: String) throws -> Double? {
    guard let text else { return nil }
    let value = try number(text, option: option)
    guard value > 0 else {
      throw UsageError("\(option): the bound \(text) is not above 0. Give a positive number.")
    }
    return value
  }

  private func apply(activation text: String, to settings: inout CellVariant<Double>) throws {
    let names = Gate.allCases.map(\.rawValue) + ["cell", "gates"]
    for (name, value) in try pairs(
      text, option: "--activation", keys: names, example: "candidate=relu")
    {
      let function = try Self.function(value)
      switch name {
      case "cell": settings.cellActivation = function
      case "gates": for gate in Gate.scaling { settings.activations[gate] = function }
      default:
        if let gate = Gate(rawValue: name) { settings.activations[gate] = function }
      }
    }
  }

  /// Reads `hard-sigmoid:0.2:0.5`.
  private static func function(_ text: String) throws -> Activation<Double> {
    let parts = text.split(separator: ":").map(String.init)
    let names = Activation<Double>.Kind.allCases.map(\.rawValue)
    let name = parts.first ?? ""
    guard let kind = Activation<Double>.Kind(rawValue: name) else {
      let nearest = nearestName(to: name, among: names).map { " Did you mean '\($0)'?" } ?? ""
      throw UsageError(
        "--activation: there is no function '\(name)'.\(nearest)\n"
          + "Valid are: \(names.joined(separator: ", ")).")
    }
    let parameters = try parts.dropFirst().map { try number($0, option: "--activation \(name)") }
    guard parameters.count <= kind.parameterCount else {
      let most = ["no number", "one number", "two numbers"][kind.parameterCount]
      throw UsageError("--activation: \(name) takes \(most), not \(parameters.count).")
    }
    return Activation(
      kind, alpha: parameters.first, beta: parameters.count > 1 ? parameters[1] : nil)
  }
}
