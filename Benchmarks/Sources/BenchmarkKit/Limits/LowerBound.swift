// The time below which a case cannot go on a machine: its multiply-adds at the rate of multiply-adds
// and its weights at the rate of reads. Activations are not counted.

/// What a case costs at the machine's limits.
package struct LowerBound: Codable, Equatable, Sendable {
  /// What keeps a case from being faster.
  package enum Limit: String, Codable, Sendable {
    /// How fast the processor multiplies and adds.
    case arithmetic
    /// How fast it reads the weights.
    case reads
  }

  /// The least time of one unit (a call of a stream, a whole sequence or training step), in ns.
  package let nanoseconds: Double
  /// What most of it is bound by.
  package let limit: Limit
}

extension LowerBound {
  /// Finds the least time.
  ///
  /// The input half of a sequence is one matrix product over all steps, so that its weights are
  /// read once and arithmetic bounds it. The recurrent half reads its weights at every step: it
  /// takes as long as the slower of its arithmetic and its reads. A stream reads both halves at
  /// every step. Training counts arithmetic alone.
  ///
  /// - Parameter weightBytes: 4, or 2 for float16.
  package init(_ one: BenchmarkCase, _ limits: MachineLimits, weightBytes: Int = 4) {
    let (size, batch) = (Double(one.hiddenSize), Double(one.batch))
    let steps = one.kind == .stream ? 1 : Double(one.steps)
    let directions = Double(one.directions)
    guard one.kind != .training else {
      nanoseconds = one.operations / limits.multiplyAdd
      limit = .arithmetic
      return
    }
    var times: [Limit: Double] = [.arithmetic: 0, .reads: 0]
    func add(arithmetic: Double, reads: Double) {
      times[arithmetic >= reads ? .arithmetic : .reads, default: 0] += max(arithmetic, reads)
    }
    let sum = (0..<one.layers).reduce(0.0) { $0 + Double(one.inputSize(ofLayer: $1)) }
    let inputWeights = 4 * size * sum * directions
    let hiddenWeights = 4 * size * size * Double(one.layers) * directions
    func arithmetic(_ weights: Double) -> Double {
      2 * weights * batch * steps / limits.multiplyAdd
    }
    func reads(_ weights: Double, together: Double) -> Double {
      let bytes = Double(weightBytes)
      return weights * bytes * steps / limits.readRate(bytes: together * bytes)
    }
    if one.kind == .stream {
      let weights = inputWeights + hiddenWeights
      add(arithmetic: arithmetic(weights), reads: reads(weights, together: weights))
    } else {
      add(arithmetic: arithmetic(inputWeights), reads: 0)
      // Layers come one after the other; so do directions, unless there is a thread for each.
      let atOnce = limits.threads >= one.directions ? directions : 1
      add(
        arithmetic: arithmetic(hiddenWeights),
        reads: reads(hiddenWeights, together: 4 * size * size * atOnce))
    }
    nanoseconds = times.values.reduce(0, +)
    limit = times[.reads, default: 0] > times[.arithmetic, default: 0] ? .reads : .arithmetic
  }
}
