// The columns of a model in JSON, as the project's two own forms have them.

import LSTMCore

/// `{"inputs": [{"name": "sales", "mean": 3, "scale": 2}], "targets": […], "foretellsChange": true}`.
struct ColumnsDocument: Codable {
  var columns: LSTMModel.Columns

  init(_ columns: LSTMModel.Columns) { self.columns = columns }

  init(from decoder: any Decoder) throws {
    let object = try JSONObject(decoder, valid: ["inputs", "targets", "foretellsChange", "errors"])
    let targets: [Column] = try object.value("targets") ?? []
    columns = .init(
      inputs: try object.required("inputs", as: [Column].self).map(\.column),
      targets: targets.map(\.column),
      foretellsChange: try object.value("foretellsChange") ?? false,
      errors: try object.value("errors") ?? [])
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AnyKey.self)
    try container.encode(columns.inputs.map { Column(column: $0) }, forKey: AnyKey("inputs"))
    guard !columns.targets.isEmpty else { return }
    try container.encode(columns.targets.map { Column(column: $0) }, forKey: AnyKey("targets"))
    try container.encode(columns.foretellsChange, forKey: AnyKey("foretellsChange"))
    try container.encode(columns.errors, forKey: AnyKey("errors"))
  }

  private struct Column: Codable {
    var column: LSTMModel.Column

    init(column: LSTMModel.Column) { self.column = column }

    init(from decoder: any Decoder) throws {
      let object = try JSONObject(decoder, valid: ["name", "mean", "scale"])
      column = .init(
        name: try object.required("name"), mean: try object.value("mean") ?? 0,
        scale: try object.value("scale") ?? 1)
      guard column.scale > 0 else {
        throw LSTMFormatsError.wrongKind(
          file: object.file, place: object.place("scale"), expected: "a number above 0")
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: AnyKey.self)
      try container.encode(column.name, forKey: AnyKey("name"))
      try container.encode(column.mean, forKey: AnyKey("mean"))
      try container.encode(column.scale, forKey: AnyKey("scale"))
    }
  }
}
