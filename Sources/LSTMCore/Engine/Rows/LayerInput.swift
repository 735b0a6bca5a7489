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

  /// What the first layer reads, in the order of the plan.
  init(_ input: NetworkInput<Float>, front: NetworkFront<Float>?, _ plan: BatchPlan) {
    switch (input, front) {
    case (.tokens(let ids, _, let batch), let front?):
      self.init(tokens: ids, batch: batch, front: front, plan)
    case (.values(let array), _): self.init(array, plan)
    case (.tokens, nil):
      // Refused when the request was checked.
      self.init(Array3(zeros: 0, 0, 0), BatchPlan(steps: 0, batch: 0))
    }
  }

  /// Numbers `[T, B, I]`.
  private init(_ array: Array3<Float>, _ plan: BatchPlan) {
    (width, count) = (array.columns, plan.rows)
    values = FloatBuffer(zeros: plan.rows * array.columns)
    plan.pack(array, into: values.base)
    (places, tokens) = (nil, [])
  }

  /// Tokens `[T, B]` as the rows that `front` has for them, all of which it knows.
  private init(tokens ids: [Int], batch: Int, front: NetworkFront<Float>, _ plan: BatchPlan) {
    var sequence: [Int] = []  // the token of each row
    sequence.reserveCapacity(plan.rows)
    var placeOfToken: [Int: Int] = [:]
    var distinct: [Int] = []
    let places = AlignedBuffer<Int>(zeros: plan.rows)
    plan.forEachRow { row, step, column in
      let id = ids[step * batch + column]
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
      front.write(id, to: values.base + row * width)
    }
  }

  /// Adds up gradients of ``values`` by token: the gradient of an embedding.
  ///
  /// - Parameters:
  ///   - sums: that of the embedding, `[V, width]`.
  func scatter(_ gradients: FloatBuffer, to sums: UnsafeMutableBufferPointer<Float>) {
    for (row, id) in tokens.enumerated() {
      for column in 0..<width {
        sums[id * width + column] += gradients.base[row * width + column]
      }
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
