// What the first layer of a network reads: numbers, or tokens as rows of the embedding. A text has
// few different tokens and each over and over: what a token's row costs is then paid once.

/// Rows that a layer reads: all of them in their order, or each different one once.
struct InputRows {
  var rows: Rows
  /// Which of `rows` each row is; nil where they are all there.
  var places: UnsafePointer<Int>?
  /// How many different rows there are, where ``places`` tells them apart.
  var distinct = 0

  init(_ rows: Rows) { self.rows = rows }

  /// The numbers of a row.
  @inline(__always)
  func row(_ index: Int) -> UnsafeMutablePointer<Float> {
    rows.row(places.map { $0[index] } ?? index)
  }
}

/// The input of a run in the order of its plan.
struct LayerInput {
  let values: FloatBuffer  // [distinct rows, I]
  let width: Int  // I
  /// Which of `values` each row of the plan is; nil where they are all there.
  private let places: AlignedBuffer<Int>?
  /// The token of each of `values`; empty where the input is numbers.
  private let tokens: [Int]

  /// How many rows `values` has.
  let count: Int

  var rows: InputRows {
    var rows = InputRows(Rows(base: values.base, stride: width))
    if let places { (rows.places, rows.distinct) = (UnsafePointer(places.base), count) }
    return rows
  }

  /// Numbers `[T, B, I]`.
  init(_ array: Array3<Float>, _ plan: BatchPlan) {
    (width, count) = (array.columns, plan.rows)
    values = FloatBuffer(zeros: plan.rows * array.columns)
    plan.pack(array, into: values.base)
    (places, tokens) = (nil, [])
  }

  /// Tokens `[T, B]` as the rows that `front` has for them.
  ///
  /// - Throws: ``NetworkError/token(id:step:sequence:tokenCount:)``.
  init(tokens ids: [Int], batch: Int, front: NetworkFront<Float>, _ plan: BatchPlan) throws {
    var sequence: [Int] = []  // the token of each row
    sequence.reserveCapacity(plan.rows)
    var placeOfToken: [Int: Int] = [:]
    var distinct: [Int] = []
    let places = AlignedBuffer<Int>(zeros: plan.rows)
    try plan.forEachRow { row, step, column in
      let id = ids[step * batch + column]
      guard (0..<front.tokenCount).contains(id) else {
        throw NetworkError.token(
          id: id, step: step, sequence: column, tokenCount: front.tokenCount)
      }
      sequence.append(id)
      if let place = placeOfToken[id] {
        places.base[row] = place
      } else {
        places.base[row] = distinct.count
        placeOfToken[id] = distinct.count
        distinct.append(id)
      }
    }
    // To look rows up costs a little; below two of each it would not pay.
    let pays = 2 * distinct.count <= plan.rows
    self.places = pays ? places : nil
    tokens = pays ? distinct : sequence
    (width, count) = (front.outputSize, tokens.count)
    values = FloatBuffer(zeros: count * width)
    for (row, id) in tokens.enumerated() {
      let target = values.base + row * width
      switch front {
      case .oneHot: target[id] = 1
      case .embedding(let matrix):
        matrix.values.withUnsafeBufferPointer { numbers in
          guard let base = numbers.baseAddress else { return }
          target.update(from: base + id * width, count: width)
        }
      }
    }
  }

  /// Adds up gradients of ``values`` by token: the gradient of an embedding.
  func scatter(_ gradients: FloatBuffer, like matrix: Matrix<Float>) -> Matrix<Float> {
    var sum = Matrix<Float>(zeros: matrix.rows, width)
    sum.values.withUnsafeMutableBufferPointer { sums in
      for (row, id) in tokens.enumerated() {
        for column in 0..<width {
          sums[id * width + column] += gradients.base[row * width + column]
        }
      }
    }
    return sum
  }
}

extension InferenceEngine {
  /// What the first layer reads, in the order of the plan.
  func layerInput(_ input: NetworkInput<Float>, _ plan: BatchPlan) throws -> LayerInput {
    switch (input, front) {
    case (.values(let array), _): return LayerInput(array, plan)
    case (.tokens(let ids, _, let batch), let front):
      guard let front else { throw NetworkError.needsValues(inputSize: inputSize) }
      return try LayerInput(tokens: ids, batch: batch, front: front, plan)
    }
  }
}

/// Memory for what a reverse cell reads: the rows in its own order.
struct ReversedInput {
  private var rows = FloatBuffer(zeros: 0)  // [rows, I]
  private var places = AlignedBuffer<Int>(zeros: 0)  // [rows]

  /// Makes room for rows of so many columns.
  mutating func prepare(rows count: Int, columns: Int) {
    makeRoom(in: &rows, for: count * columns)
    if places.count < count { places = AlignedBuffer(zeros: count) }
  }

  /// Fills in some steps of the other order, and returns all of it.
  func mirror(
    _ input: InputRows, columns: Int, _ plan: borrowing BatchPlan, steps: Range<Int>
  ) -> InputRows {
    guard let given = input.places else {
      let target = Rows(base: rows.base, stride: columns)
      plan.mirror(input.rows, to: target, columns: columns, steps: steps)
      return InputRows(target)
    }
    for step in steps {
      for row in 0..<plan.active(step) {
        let other = plan.offset(plan.mirrored(step, row: row)) + row
        places.base[plan.offset(step) + row] = given[other]
      }
    }
    var mirrored = input
    mirrored.places = UnsafePointer(places.base)
    return mirrored
  }
}
