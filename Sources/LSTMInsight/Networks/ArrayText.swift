// Arrays of three dimensions for the terminal and as JSON.

import LSTMCore

/// Named arrays, written out.
public enum ArrayText {
  /// As JSON, nested as they are shaped; before them who computed them.
  public static func json(
    _ arrays: [(name: String, array: Array3<Double>)], by computation: Computation,
    _ precision: Precision, changes: OutputChanges? = nil,
    notes: [(kind: ReadingNote.Kind, words: String)] = []
  ) -> String {
    let nested = arrays.map { name, array in
      let planes = (0..<array.planes).map { plane in
        JSONText.rows((0..<array.rows).map { array.row(plane, $0) })
      }
      return (key: name, value: JSONText.list(planes))
    }
    return JSONText.object(
      computation.members + [("notes", JSONText.notes(notes))] + (changes?.members ?? []) + nested
    ).text(precision) + "\n"
  }

  /// As text: who computed them; then of each the shape and a row a line, the first ones of a long
  /// array.
  ///
  /// - Parameters:
  ///   - arrays: the arrays with their names.
  ///   - computation: who computed them.
  ///   - numbers: how a number is written.
  ///   - allRows: what is said after how many rows were left out.
  public static func text(
    _ arrays: [(name: String, array: Array3<Double>)], by computation: Computation,
    _ numbers: NumberFormat, allRows: String? = nil
  ) -> String {
    let more = allRows.map { ": \($0)" } ?? ""
    let texts = arrays.map { name, array in
      let rows = array.planes * array.rows
      var lines = ["\(name) [\(array.shape.map(String.init).joined(separator: ", "))]"]
      lines += (0..<min(rows, mostRows)).map { index in
        let values = array.row(index / array.rows, index % array.rows)
        let shown = values.prefix(mostColumns).map(numbers.text).joined(separator: ", ")
        let place =
          array.rows > 1
          ? "\(index / array.rows + 1).\(index % array.rows + 1)" : "\(index / array.rows + 1)"
        return "   \(place.rightPadded(6))  \(shown)\(values.count > mostColumns ? ", …" : "")"
      }
      if rows > mostRows { lines.append("   … \(rows - mostRows) more rows\(more)") }
      return lines.joined(separator: "\n")
    }
    return (["computed by \(computation.words)"] + texts).joined(separator: "\n\n") + "\n"
  }

  private static let mostRows = 24
  private static let mostColumns = 8
}

extension Computation {
  /// How JSON says who computed: `computedBy`, `precision` and, of the engine, `kernels`.
  var members: [(key: String, value: JSONText)] {
    [("computedBy", .string(executor.title)), ("precision", .string(precision.rawValue))]
      + (kernels.map { [("kernels", .string($0))] } ?? [])
  }
}
