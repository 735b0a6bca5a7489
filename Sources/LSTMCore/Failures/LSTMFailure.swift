// What every error of this package says of itself: of what kind it is, what is wrong and where, and
// what would put it right, as values. How a program is called and what its options are named, only
// the program knows: it words the remedies anew.

/// What kind of thing went wrong.
public enum FailureKind: Sendable, CaseIterable {
  /// Something was asked for wrongly: too little was said, or what excludes itself.
  case usage
  /// What was given does not fit, or is damaged.
  case data
  /// A file is not there or cannot be read.
  case noInput
  /// A file cannot be written.
  case cannotCreate
}

/// An error of this package.
///
/// Each module makes its own, beside what throws it. A conforming type gives ``kind``, ``message``
/// and, where something can be chosen to go on, ``remedies``; `description` is made of them.
public protocol LSTMFailure: Error, CustomStringConvertible {
  /// What kind of thing went wrong.
  var kind: FailureKind { get }
  /// What is wrong and where, in whole sentences, and what to do where that is the same for
  /// everybody ("Copy the file again."). It ends with a line break where remedies are to begin a
  /// line.
  var message: String { get }
  /// What else would put it right: one of them is enough.
  var remedies: [Remedy] { get }
}

extension LSTMFailure {
  /// None.
  public var remedies: [Remedy] { [] }

  /// What is wrong, where, and how to fix it.
  public var description: String { described { $0.words } }

  /// The message, and the remedies after it in words of one's own.
  ///
  /// - Parameter words: a remedy as the end of a sentence, without a full stop: "leave it out".
  public func described(_ words: (Remedy) -> String) -> String {
    guard !remedies.isEmpty else { return message }
    let space = message.hasSuffix("\n") ? "" : " "
    return message + space + Self.sentence(remedies.map(words))
  }

  /// "Make them equal, or choose other weights.": choices as a sentence. After a long one the next
  /// begins a line.
  private static func sentence(_ choices: [String]) -> String {
    var text = ""
    for (index, choice) in choices.enumerated() {
      if index > 0 {
        text += choices[index - 1].count > longest ? ",\n" : ", "
        if index == choices.count - 1 { text += "or " }
      }
      text += choice
    }
    return text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  private static var longest: Int { 60 }
}
