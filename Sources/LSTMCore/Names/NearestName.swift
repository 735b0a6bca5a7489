// The valid name that a mistyped one was probably meant to be.

/// Finds the name among `names` that looks most like `typed`.
///
/// - Returns: the nearest name by edit distance, or nil where none is near: where more than a
///   third of the letters (at least two) would have to change.
package func nearestName(to typed: String, among names: [String]) -> String? {
  let measured = names.map {
    (name: $0, distance: editDistance(typed.lowercased(), $0.lowercased()))
  }
  guard let best = measured.min(by: { $0.distance < $1.distance }) else { return nil }
  return best.distance <= max(2, best.name.count / 3) ? best.name : nil
}

/// The number of letters to insert, delete or exchange to make one word of the other
/// (Levenshtein 1966).
func editDistance(_ left: String, _ right: String) -> Int {
  let right = Array(right)
  var row = Array(0...right.count)
  for (index, letter) in left.enumerated() {
    var diagonal = row[0]
    row[0] = index + 1
    for column in right.indices {
      let changed = diagonal + (letter == right[column] ? 0 : 1)
      diagonal = row[column + 1]
      row[column + 1] = min(changed, row[column] + 1, diagonal + 1)
    }
  }
  return row[right.count]
}
