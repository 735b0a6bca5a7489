// Series out of a table, scaled and with their gaps filled, ready for a network.

import LSTMCore

/// Series that a network reads step by step.
public struct SeriesData: Sendable {
  /// One series.
  public struct Series: Sendable {
    /// The group's name; empty where there is one series.
    public let name: String
    /// The inputs as they stand in the table, with gaps filled from before: `[rows][inputs]`.
    public let values: [[Double]]
    /// The targets, NaN where one is missing: `[rows][targets]`.
    public let targets: [[Double]]
    /// How many rows are trained on.
    public let trainingCount: Int
    /// How many rows there are.
    public var count: Int { values.count }
  }

  /// The series.
  public let series: [Series]
  /// What the network reads and foretells.
  public let columns: LSTMModel.Columns
  /// What is odd about the data, in words.
  public let remarks: [String]

  /// Takes series out of a table.
  ///
  /// - Parameters:
  ///   - table: the table.
  ///   - targets: the columns that are foretold, by name; none is the only column of numbers.
  ///   - inputs: the columns that are read beside them, by name.
  ///   - group: the column that tells series apart.
  ///   - validation: the part of each series, at its end, that is not trained on.
  ///   - foretellsChange: whether targets are changes.
  /// - Throws: ``TrainingError``.
  public init(
    _ table: SeriesTable, targets: [String], inputs: [String], group: String, validation: Double,
    foretellsChange: Bool
  ) throws {
    var targets = targets
    let groupColumn = group.isEmpty ? nil : try table.column(group)
    if targets.isEmpty {
      let numeric = table.names.indices.filter { $0 != groupColumn && table.isNumeric($0) }
      guard numeric.count == 1 else {
        throw TrainingError.data(
          table.file,
          reason: "has \(numeric.count) columns of numbers. Say which one is to be foretold: "
            + "\(numeric.map { table.names[$0] }.joined(separator: ", ")).")
      }
      targets = [table.names[numeric[0]]]
    }
    let names = targets + inputs.filter { !targets.contains($0) }
    let numbers = try names.map { try table.numbers(table.column($0)) }
    var remarks: [String] = []
    let groups = table.groups(by: groupColumn).map { group in
      (group.name, group.rows.map { row in numbers.map { $0[row] } })
    }
    let missing = names.indices.map { column in numbers[column].count { $0.isNaN } }
    for (column, count) in missing.enumerated() where count > 0 {
      remarks.append(
        "\(count) of \(numbers[column].count) entries of '\(names[column])' are missing: "
          + "filled with the last one before"
          + (column < targets.count ? ", and not asked for where foretold." : "."))
    }
    let series = groups.map { name, rows in
      Series(
        name: name, values: Self.filled(rows), targets: rows.map { Array($0[..<targets.count]) },
        trainingCount: rows.count - Int(Double(rows.count) * validation))
    }
    columns = LSTMModel.Columns(
      inputs: names.indices.map { column in
        Self.column(
          names[column],
          series.flatMap { one in
            one.values[..<one.trainingCount].map { $0[column] }
          })
      },
      targets: targets.indices.map { column in
        Self.column(
          names[column],
          series.flatMap { one in
            (1..<max(1, one.trainingCount)).map {
              one.values[$0][column] - (foretellsChange ? one.values[$0 - 1][column] : 0)
            }
          })
      }, foretellsChange: foretellsChange)
    self.series = series
    for column in columns.inputs where column.scale == 1 && column.mean != 0 {
      remarks.append("'\(column.name)' is \(column.mean) everywhere: nothing is learned from it.")
    }
    for column in names.indices.dropFirst(targets.count) {
      for target in targets.indices
      where zip(numbers[column], numbers[target]).allSatisfy({ $0 == $1 }) {
        remarks.append("'\(names[column])' is '\(targets[target])' again.")
      }
    }
    self.remarks = remarks
  }

  /// Gaps filled with the last value before, at the beginning with the first after.
  private static func filled(_ rows: [[Double]]) -> [[Double]] {
    var filled = rows
    for column in rows.first.map({ Array($0.indices) }) ?? [] {
      var last = rows.first { !$0[column].isNaN }?[column] ?? 0
      for row in rows.indices {
        if filled[row][column].isNaN { filled[row][column] = last }
        last = filled[row][column]
      }
    }
    return filled
  }

  /// A column with the mean and the standard deviation of its values; a scale of 1 where they are all
  /// the same.
  private static func column(_ name: String, _ values: [Double]) -> LSTMModel.Column {
    let there = values.filter { !$0.isNaN }
    let count = Double(max(1, there.count))
    let mean = there.reduce(0, +) / count
    let variance = there.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    let scale = variance.squareRoot()
    return .init(name: name, mean: mean, scale: scale > 1e-12 * abs(mean) ? scale : 1)
  }
}

extension LSTMModel.Columns {
  /// A row of the table as the network reads it.
  func scaled(_ row: [Double]) -> [Float] {
    zip(inputs, row).map { Float($0.scaled($1)) }
  }

  /// What the network should give on reading a row, for the row after it.
  func goal(_ next: [Double], after row: [Double]) -> [Float] {
    targets.indices.map {
      Float(targets[$0].scaled(next[$0] - (foretellsChange ? row[$0] : 0)))
    }
  }

  /// What the network foretells, in the table's units.
  func foretold(_ outputs: some Sequence<Float>, after row: [Double]) -> [Double] {
    zip(targets.indices, outputs).map { index, output in
      targets[index].value(Double(output)) + (foretellsChange ? row[index] : 0)
    }
  }
}
