// The numbers of a case: weights, inputs and states, the same on every machine, and the file in
// which every competitor finds them.

import LSTMCore
import LSTMFormats

/// The network of a case and what it is run on.
package struct CaseData {
  /// What the case is.
  package let benchmarkCase: BenchmarkCase
  /// The model: its network, each number exactly a Float, as it was drawn or read.
  package let model: LSTMModel
  /// The network in Double.
  package var network: LSTMNetwork<Double> { model.network }
  /// What the network reads.
  package let input: NetworkInput<Double>
  /// The state to start from; zero in training.
  package let state: NetworkState<Double>
  /// What should come next, time-major `[T, B]`; only in training.
  package let targets: [Int]

  /// Makes up the numbers of a case. The same case has the same numbers everywhere.
  package init(_ benchmarkCase: BenchmarkCase, seed: UInt64 = 1) throws {
    self.benchmarkCase = benchmarkCase
    let (size, batch, steps) = (
      benchmarkCase.hiddenSize, benchmarkCase.batch, benchmarkCase.steps
    )
    let isTraining = benchmarkCase.kind == .training
    var generator = SplitMix64(seed: seed)
    func normal(_ count: Int) -> [Double] {
      (0..<count).map { _ in Double(Float(generator.nextNormal())) }
    }
    func uniform(_ count: Int, _ bound: Double) -> [Double] {
      (0..<count).map { _ in Double(Float(bound * (2 * generator.nextUnit() - 1))) }
    }
    func cell(_ layer: Int) throws -> ReadableCell<Double> {
      let shape = CellShape(
        inputSize: benchmarkCase.inputSize(ofLayer: layer), hiddenSize: size)
      let drawn = try CellParameters<Double>(
        CellParameters<Float>(CellParameters(.pytorch, shape: shape, seed: generator.next())))
      guard isTraining else { return ReadableCell(parameters: drawn) }
      // Keras has one bias, so that only one is trained anywhere.
      let gates = drawn.gates.map { gate in
        var gate = gate
        gate.recurrentBias = [Double](repeating: 0, count: size)
        return gate
      }
      return ReadableCell(parameters: try CellParameters(gates: gates))
    }
    let layers = try (0..<benchmarkCase.layers).map { layer in
      NetworkLayer(
        forward: try cell(layer), reverse: benchmarkCase.directions == 2 ? try cell(layer) : nil)
    }
    guard isTraining, let vocabulary = benchmarkCase.vocabulary else {
      model = LSTMModel(network: try LSTMNetwork(layers: layers), precision: .float32)
      input = .values(
        Array3(planes: steps, rows: batch, columns: size, values: normal(steps * batch * size)))
      state = NetworkState(
        parts: (0..<benchmarkCase.layers * benchmarkCase.directions).map { _ in
          .init(
            hidden: Matrix(rows: batch, columns: size, values: uniform(batch * size, 1)),
            cell: Matrix(rows: batch, columns: size, values: normal(batch * size)))
        })
      targets = []
      return
    }
    let bound = 1 / Double(size).squareRoot()
    let network = try LSTMNetwork(
      front: .embedding(
        Matrix(rows: vocabulary, columns: size, values: normal(vocabulary * size))),
      layers: layers,
      head: LinearHead(
        weights: Matrix(
          rows: vocabulary, columns: size, values: uniform(vocabulary * size, bound)),
        bias: uniform(vocabulary, bound)))
    func tokens() -> [Int] {
      (0..<steps * batch).map { _ in Int(generator.next() % UInt64(vocabulary)) }
    }
    model = LSTMModel(network: network, precision: .float32)
    input = .tokens(ids: tokens(), steps: steps, batch: batch)
    state = network.zeroState(batch: batch)
    targets = tokens()
  }

  /// The arrays as every competitor reads them: the weights under PyTorch's names
  /// (`lstm.weight_ih_l0` …, `embedding.weight`, `head.weight`, `head.bias`), `input` `[T, B, I]`,
  /// `hidden` and `cell` `[L·D, B, H]`, or `tokens` and `targets` `[T, B]`. All float32 and int64.
  package func archive() throws -> TensorArchive {
    var archive = try StateDictWriter.pytorch(model)
    func add(_ name: String, _ tensor: Tensor) {
      archive.entries += TensorArchive([(name, tensor)]).entries
    }
    func add(_ name: String, _ array: Array3<Double>?) {
      if let array { add(name, Tensor(array.values, shape: array.shape, type: .float32)) }
    }
    switch input {
    case .values(let values):
      add("input", values)
      add("hidden", state.hidden)
      add("cell", state.cell)
    case .tokens(let ids, let steps, let batch):
      add("tokens", Tensor(ids.map(Int64.init), shape: [steps, batch]))
      add("targets", Tensor(targets.map(Int64.init), shape: [steps, batch]))
    }
    return archive
  }
}

// MARK: - Reading

extension CaseData {
  /// The numbers of a case out of the file that ``archive()`` went to.
  ///
  /// - Throws: what reading the file and its model throws.
  package init(_ benchmarkCase: BenchmarkCase, readingFrom path: String) throws {
    let archive = try NpzFile(contentsOf: path).archive()
    var weights = TensorArchive()
    let modules = ["lstm.", "embedding.", "head."]
    weights.entries = archive.entries.filter { entry in
      modules.contains { entry.name.hasPrefix($0) }
    }
    self.benchmarkCase = benchmarkCase
    model = try StateDictReader.read(weights, file: path)
    func array(_ name: String) throws -> Array3<Double> {
      let tensor = archive[name] ?? Tensor([Double](), shape: [0, 0, 0])
      let shape = tensor.shape
      return Array3(
        planes: shape[0], rows: shape[1], columns: shape[2], values: tensor.doubles())
    }
    func tokens(_ name: String) -> [Int] { archive[name]?.doubles().map { Int($0) } ?? [] }
    if benchmarkCase.kind == .training {
      input = .tokens(
        ids: tokens("tokens"), steps: benchmarkCase.steps, batch: benchmarkCase.batch)
      state = try model.startingState(batch: benchmarkCase.batch)
    } else {
      input = .values(try array("input"))
      state = try NetworkState(hidden: array("hidden"), cell: array("cell"))
    }
    targets = tokens("targets")
  }
}
