// The one place where remedies become options: what the users of the command line read.

import LSTMCore
import LSTMInsight

extension Remedy {
  /// The remedy as the end of a sentence, with the option that makes it so.
  var optionWords: String {
    switch self {
    case .choosePart(let part, _): "choose with --\(part.rawValue) NAME"
    case .stackParts: "several as layers, the first first: --lstm A,B"
    case .doWithout(let part): "do without: --no-\(part.rawValue)"
    case .leaveOut(let setting): "leave it out: --drop \(setting)"
    case .chooseForm(let forms): "give --to \(forms.joined(separator: ", "))"
    case .chooseWeights:
      "choose other weights: uniform:-1:1, normal:0.5, pytorch or a JSON file"
    case .takeJSON: "--format json"
    case .giveResults:
      "give what you got: \(Claims.order.map(\.optionName).joined(separator: ", ")), "
        + "or --mine with a JSON file"
    case .checkSizes: "check --hidden-size or the weights"
    case .sayBatchFirst:
      "arrays are [T, B, units]; --batch-first says that yours are [B, T, units]"
    case .giveArrays(let names):
      "the file needs \(Self.either(names.map { "'\($0)'" })), named as lstm run names them"
    case .writeForm, .writeInstead, .giveExtension, .choosePrecision, .equalSizes,
      .takeOutProjection, .takeIdentity, .takeFewerUnits, .chooseFinalState:
      words
    }
  }
}
