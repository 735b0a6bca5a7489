// Numbers put in place of what a run computes: a clamp, an ablation, a patch from another run. The
// executors ask a ResolvedHolds what stands at each step, and both go on with it.

import RealModule

/// Numbers that a run takes in place of what it computes at an address.
///
///     let address = try TraceAddress("layer1.forward.forgetGate[1]@2-3")
///     let request = RunRequest<Float>(.values(input), holds: [Hold(address, at: 1)])
///     let output = try model.run(request)
///
/// Everything that follows is computed from the numbers that are held. To hold something at what it is
/// anyhow changes no bit.
public struct Hold<Scalar: Real>: Equatable {
  /// What is held.
  public let address: TraceAddress
  /// The sequences of the batch in which it is held, counted from 0.
  public let sequences: IndexChoice
  /// The numbers: `[T, B, width]`, of which a single step, sequence or unit stands for all.
  public let values: Array3<Scalar>

  /// Holds everything at an address at one number.
  public init(_ address: TraceAddress, at value: Scalar, sequences: IndexChoice = .all) {
    self.init(
      address, values: Array3(planes: 1, rows: 1, columns: 1, values: [value]),
      sequences: sequences)
  }

  /// Holds an address at the numbers of another run.
  ///
  /// - Parameters:
  ///   - address: what is held.
  ///   - values: `[T, B, width]`, the width that of the whole quantity, not only of the units that
  ///     the address names; a single step, sequence or unit stands for all.
  ///   - sequences: in which sequences of the batch.
  public init(
    _ address: TraceAddress, values: Array3<Scalar>, sequences: IndexChoice = .all
  ) {
    (self.address, self.values, self.sequences) = (address, values, sequences)
  }
}

extension Hold: Sendable where Scalar: Sendable {}

extension Hold where Scalar: BinaryFloatingPoint {
  /// The same in another precision, each number rounded to the nearest.
  public init<Other: Real & BinaryFloatingPoint>(_ other: Hold<Other>) {
    self.init(other.address, values: Array3(other.values), sequences: other.sequences)
  }
}

/// The holds of a request, checked, and sorted by the cell that they are about.
struct ResolvedHolds<Scalar: Real> {
  /// One quantity of one cell.
  struct Part {
    let quantity: TraceQuantity
    let units: [Int]
    fileprivate let steps: IndexChoice
    fileprivate let sequences: IndexChoice
    fileprivate let values: Array3<Scalar>

    /// Whether it is held at a step of a sequence.
    func holds(step: Int, sequence: Int) -> Bool {
      steps.contains(step) && sequences.contains(sequence)
    }

    /// The number that a unit is held at.
    func value(step: Int, sequence: Int, unit: Int) -> Scalar {
      let plane = values.planes == 1 ? 0 : step
      let row = values.rows == 1 ? 0 : sequence
      let column = values.columns == 1 ? 0 : unit
      return values.values[(plane * values.rows + row) * values.columns + column]
    }
  }

  /// What is held in each cell, in the order of the states.
  let cells: [[Part]]
  /// The step of the whole run that the first step of the input is.
  let firstStep: Int
  /// The steps of each sequence that are run, counted in the input; nil where all are.
  private let places: [[Int]]?

  /// Checks what a request holds; nil where it holds nothing.
  ///
  /// - Parameter steps: how many steps the network takes.
  /// - Throws: ``TraceError``.
  init?(_ request: RunRequest<Scalar>, _ shape: NetworkShape, steps: Int, places: [[Int]]?) throws {
    guard !request.holds.isEmpty else { return nil }
    let (first, steps) = request.block ?? (0, steps)
    (firstStep, self.places) = (first, places)
    var cells = shape.cells.map { _ in [Part]() }
    for hold in request.holds {
      let (address, values) = (hold.address, hold.values)
      try address.checkSteps(steps)
      if let sequence = hold.sequences.firstBeyond(request.input.batch) {
        throw TraceError.beyond(
          address: address.text, what: "sequence", found: sequence, count: request.input.batch,
          of: "the run")
      }
      guard values.values.allSatisfy(\.isFinite) else {
        throw TraceError.notFinite(address: address.text)
      }
      for target in try address.targets(in: shape) {
        guard let cell = target.cell, target.quantity.canBeHeld,
          let width = shape.cells[cell].width(of: target.quantity)
        else { throw TraceError.cannotHold(address: address.text, quantity: target.quantity) }
        let last = address.steps.ranges?.map(\.upperBound).max().map { $0 + 1 } ?? steps
        let whole = [last, request.input.batch, width]
        guard zip(values.shape, whole).allSatisfy({ $0 == 1 || $0 >= $1 }),
          values.columns == 1 || values.columns == width
        else {
          throw TraceError.patchShape(
            address: address.text, found: values.shape, expected: whole)
        }
        cells[cell].append(
          Part(
            quantity: target.quantity, units: target.units, steps: address.steps,
            sequences: hold.sequences, values: values))
      }
    }
    self.cells = cells
  }

  /// The step of the whole run that a sequence takes as its `index`-th.
  func step(_ index: Int, sequence: Int) -> Int {
    firstStep + (places.map { $0[sequence][index] } ?? index)
  }

  /// What stands in for the quantities of one cell at one step of one sequence; nil where nothing does.
  ///
  /// - Parameter index: the step among those of the sequence that are run.
  func replacement(cell: Int, index: Int, sequence: Int) -> ReadableCell<Scalar>.Replacement? {
    let step = step(index, sequence: sequence)
    let parts = cells[cell].filter { $0.holds(step: step, sequence: sequence) }
    guard !parts.isEmpty else { return nil }
    return { quantity, computed in
      var values = computed
      for part in parts where part.quantity == quantity {
        for unit in part.units {
          values[unit] = part.value(step: step, sequence: sequence, unit: unit)
        }
      }
      return values
    }
  }
}

extension ResolvedHolds: Sendable where Scalar: Sendable {}
extension ResolvedHolds.Part: Sendable where Scalar: Sendable {}
