// Arrays of three dimensions for the terminal and as JSON.

import LSTMCore

/// Named arrays, written out.
public enum ArrayText {
  /// As JSON, nested as they are shaped.
  public static func json(_ arrays: [(name: String, array: Array3<Double>)], _ precision: Precision)
    -> String
  {
    JSONText.object(
      arrays.map { name, array in
        (
          name,
          .list(
            (0..<array.planes).map { plane in
              .rows((0..<array.rows).map { array.row(plane, $0) })
            })
        )
      }
    ).text(precision) + "\n"
  }

  /// As text: the shape, then a row a line, the first ones of a long array.
  ///
  /// - Parameter allRows: what is said after how many rows were left out.
  public static func text(
    _ arrays: [(name: String, array: Array3<Double>)], _ numbers: NumberFormat,
    allRows: String? = nil
  ) -> String {
    let more = allRows.map { ": \($0)" } ?? ""
    return arrays.map { name, array in
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
    }.joined(separator: "\n\n") + "\n"
  }

  private static let mostRows = 24
  private static let mostColumns = 8
}
