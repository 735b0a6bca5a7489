// Numbers as people write them: "-0.1,0.3", "[0, 0.5, 0.1]", one a line. The number of decimals is
// kept, because it says how exactly somebody meant a number.

/// A list of numbers and how many decimals they were written with.
package struct NumberList: Equatable, Sendable {
  /// The numbers.
  package var values: [Double]
  /// The most decimals that any of them was written with; 0 where all are whole.
  package var decimals: Int

  /// Makes a list from numbers that were not written by anybody: as many decimals as it takes to
  /// tell each from its neighbours.
  package init(_ values: [Double]) {
    self.values = values
    decimals =
      values.map { value in
        let text = "\(value)"
        return text.hasSuffix(".0") ? 0 : Self.decimals(of: text)
      }.max() ?? 0
  }

  /// Reads a list of numbers.
  ///
  /// Commas or white space separate; brackets around the whole are allowed, and so is the
  /// typographic minus sign (or dash) that comes along when copying from a paper.
  ///
  /// - Parameters:
  ///   - text: what was written.
  ///   - place: what to call it in an error, such as "the input".
  /// - Throws: ``LSTMFormatsError/emptyList(place:)``,
  ///   ``LSTMFormatsError/notANumber(place:entry:text:)``,
  ///   ``LSTMFormatsError/notFinite(place:entry:text:)`` or
  ///   ``LSTMFormatsError/tooSmall(place:entry:text:)``.
  package init(parsing text: String, place: String) throws {
    var body = Substring(text)[...]
    body = body.trimmed()
    for (open, close) in [("[", "]"), ("(", ")")]
    where body.hasPrefix(open) && body.hasSuffix(close) {
      body = body.dropFirst().dropLast().trimmed()
    }
    guard !body.isEmpty else { throw LSTMFormatsError.emptyList(place: place) }
    let entries = body.split(separator: ",", omittingEmptySubsequences: false).flatMap { part in
      let words = part.split(whereSeparator: \.isWhitespace)
      return words.isEmpty ? [""] : words
    }
    values = []
    decimals = 0
    for (index, entry) in entries.enumerated() {
      let text = entry.map { "\u{2212}\u{2013}".contains($0) ? "-" : String($0) }.joined()
      // Swift would read hexadecimal digits too, but these have no decimals to count.
      guard let value = Double(text), !text.lowercased().contains("x") else {
        throw LSTMFormatsError.notANumber(place: place, entry: index + 1, text: text)
      }
      guard value.isFinite else {
        throw LSTMFormatsError.notFinite(place: place, entry: index + 1, text: text)
      }
      guard !isLost(value, writtenAs: text) else {
        throw LSTMFormatsError.tooSmall(place: place, entry: index + 1, text: text)
      }
      values.append(value)
      decimals = max(decimals, Self.decimals(of: text))
    }
  }

  /// How many digits after the decimal point a number was written with: 3 for "0.475", 5 for
  /// "1.25e-3".
  static func decimals(of text: String) -> Int {
    let parts = text.lowercased().split(separator: "e", maxSplits: 1)
    guard let mantissa = parts.first else { return 0 }
    let point = mantissa.firstIndex(of: ".")
    let written = point.map { mantissa.distance(from: $0, to: mantissa.endIndex) - 1 } ?? 0
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    // Beyond 400 every Double is zero or infinite; unbounded, the difference could overflow.
    return max(0, written - min(max(exponent, -400), 400))
  }
}

/// Whether a number that somebody wrote became 0 because it is too small for a `Double`.
func isLost(_ value: Double, writtenAs text: String) -> Bool {
  value == 0 && text.prefix { !"eE".contains($0) }.contains { "123456789".contains($0) }
}

extension Substring {
  fileprivate func trimmed() -> Substring {
    var rest = self.drop(while: \.isWhitespace)
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return rest
  }
}
