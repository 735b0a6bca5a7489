// What the numbers that a model reads and writes are columns of, and how they were scaled: what
// training on a table leaves in the model.

extension LSTMModel {
  /// A column of a table, and how its numbers become the network's: (value − mean) / scale.
  public struct Column: Equatable, Sendable {
    /// Its name in the table.
    public var name: String
    /// What is taken off.
    public var mean: Double
    /// What the rest is divided by.
    public var scale: Double

    /// Makes a column.
    public init(name: String, mean: Double = 0, scale: Double = 1) {
      (self.name, self.mean, self.scale) = (name, mean, scale)
    }

    /// A value as the network has it.
    public func scaled(_ value: Double) -> Double { (value - mean) / scale }
    /// A number of the network's as a value.
    public func value(_ scaled: Double) -> Double { scaled * scale + mean }
  }

  /// The columns that a model reads and foretells.
  public struct Columns: Equatable, Sendable {
    /// What each input is, in the network's order.
    public var inputs: [Column]
    /// What each output is. The columns stand among the inputs, too.
    public var targets: [Column]
    /// Whether the outputs are changes from the step that was read, not values.
    public var foretellsChange: Bool
    /// By how much one step was missed on data that were held back (root of the mean square), for
    /// each target; empty where nothing was.
    public var errors: [Double]

    /// Makes columns.
    public init(
      inputs: [Column], targets: [Column] = [], foretellsChange: Bool = false,
      errors: [Double] = []
    ) {
      (self.inputs, self.targets) = (inputs, targets)
      (self.foretellsChange, self.errors) = (foretellsChange, errors)
    }
  }
}
