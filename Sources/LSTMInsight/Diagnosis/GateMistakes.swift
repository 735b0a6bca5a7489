// The mistakes that are made on the way to the four gates: weights, biases, activations.

import LSTMCore

extension MistakeCatalogue {
  static func weightMistakes(_ cell: ReadableCell<Double>) -> [Mistake] {
    let shape = cell.parameters.shape
    let isInputSquare = shape.inputSize == shape.hiddenSize
    let isHiddenSquare = cell.parameters.outputSize == shape.hiddenSize
    var mistakes: [Mistake] = []
    if isInputSquare, isHiddenSquare {
      mistakes.append(
        Mistake(
          "no-weights", "The weights and biases are left out: each gate is σ(x + h).",
          advice: "Multiply x by W and h by U, and add the bias."
        ) {
          $0.eachGate { _, gate in
            (gate.inputForm, gate.hiddenForm, gate.biasCount) = (.none, .none, [0, 0])
            gate.peephole = .missing
          }
        })
    }
    for (which, isInput, isHidden) in [
      ("both", true, true), ("input", true, false), ("hidden", false, true),
    ] where (!isInput || isInputSquare) && (!isHidden || isHiddenSquare) {
      let names = isInput && isHidden ? "W and U are" : isInput ? "W is" : "U is"
      mistakes.append(
        Mistake(
          "elementwise-weights", which: which,
          "\(names) multiplied entry by entry (only the diagonal counts), not as a matrix.",
          advice: "Use the matrix product: each unit adds up all entries, weighted by its row."
        ) {
          $0.eachGate { _, gate in
            if isInput { gate.inputForm = .diagonal }
            if isHidden { gate.hiddenForm = .diagonal }
          }
        })
    }
    if shape.inputSize == cell.parameters.outputSize {
      mistakes.append(
        Mistake(
          "swapped-inputs",
          "x and h have changed places: W is multiplied by h and U by x, as when [x; h] is read "
            + "as [h; x].",
          advice: "Multiply W by x and U by h, or swap the two column blocks of the "
            + "concatenated matrix."
        ) { ($0.input, $0.hidden) = ($0.hidden, $0.input) })
    }
    if isInputSquare {
      mistakes.append(
        Mistake(
          "transposed-input-weights", "The input weights W are transposed.",
          advice: "Use W with one row a unit: transpose what you loaded."
        ) { $0.eachGate { $1.inputForm = .transposed } })
    }
    if isHiddenSquare {
      mistakes.append(
        Mistake(
          "transposed-recurrent-weights", "The hidden weights U are transposed.",
          advice: "Use U with one row a unit: transpose what you loaded."
        ) { $0.eachGate { $1.hiddenForm = .transposed } })
    }
    mistakes += Gate.allCases.map { source in
      Mistake(
        "shared-weights", which: source.rawValue,
        "All four gates use the weights of the \(source.title).",
        advice: "Give each gate its own W and U."
      ) { $0.eachGate { $1.weights = source } }
    }
    return mistakes
  }

  static func biasMistakes(_ cell: ReadableCell<Double>) -> [Mistake] {
    let shape = cell.parameters.shape
    var mistakes = [
      Mistake("no-bias", "The bias is left out.", advice: "Add the bias before the activation.") {
        $0.eachGate { $1.biasCount = [0, 0] }
      },
      Mistake(
        "bias-outside", "The bias is added after the activation: σ(W·x + U·h) + b.",
        advice: "Move the bias inside the parentheses."
      ) { $0.eachGate { $1.isBiasOutside = true } },
    ]
    if shape.hasPeepholes {
      mistakes.append(
        Mistake(
          "bias-outside", which: "peephole",
          "The peephole's term is added after the activation: σ(W·x + U·h + b) + p ⊙ c.",
          advice: "Move the peephole's term inside the parentheses."
        ) { $0.eachGate { if $1.peephole == .usual { $1.peephole = .outside } } })
    }
    if shape.hasRecurrentBias {
      for (which, count, kept) in [
        ("first", SIMD2(1.0, 0.0), "b"), ("second", SIMD2(0.0, 1.0), "b′"),
      ] {
        mistakes.append(
          Mistake(
            "single-bias", which: which,
            "Only the \(which) of the two biases, \(kept), is added.",
            advice: "Add both biases, b (b_ih) and b′ (b_hh)."
          ) { $0.eachGate { $1.biasCount = count } })
      }
    }
    for (which, count) in [("first", SIMD2(2.0, 0.0)), ("second", SIMD2(0.0, 2.0))]
    where which == "first" || shape.hasRecurrentBias {
      mistakes.append(
        Mistake(
          "bias-twice", which: shape.hasRecurrentBias ? which : nil,
          shape.hasRecurrentBias
            ? "The \(which) bias is added twice and the other not at all."
            : "The bias is added twice.",
          advice: shape.hasRecurrentBias
            ? "Add each of the two biases once." : "Add the bias once."
        ) { $0.eachGate { $1.biasCount = count } })
    }
    mistakes += [
      Mistake(
        "forget-bias-added",
        "1 is added to the forget gate's bias, as TensorFlow 1 and Haiku do when they run.",
        advice: "Use the forget gate's bias as it is given here."
      ) { $0.gates.forget.shift += 1 },
      Mistake(
        "forget-bias-missing",
        "The forget gate's bias is 1 too small: the 1 that TensorFlow 1 and Haiku add when they "
          + "run is not there.",
        advice: "Add 1 to the stored forget bias."
      ) { $0.gates.forget.shift -= 1 },
    ]
    mistakes += Gate.allCases.map { source in
      Mistake(
        "shared-bias", which: source.rawValue,
        "All four gates use the bias of the \(source.title).",
        advice: "Give each gate its own bias."
      ) { $0.eachGate { $1.biases = source } }
    }
    return mistakes
  }

  static func activationMistakes(_ cell: ReadableCell<Double>) -> [Mistake] {
    var mistakes = [
      Mistake(
        "candidate-sigmoid", "The candidate goes through σ.",
        advice: "Use tanh for the candidate: it is content, not a gate."
      ) { $0.variant.activations.candidate = .sigmoid }
    ]
    mistakes += Gate.scaling.map { gate in
      Mistake(
        "gate-tanh:\(gate.rawValue)", "The \(gate.title) goes through tanh.",
        advice: "Use σ for the \(gate.title)."
      ) { $0.variant.activations[gate] = .tanh }
    }
    mistakes.append(
      Mistake(
        "gate-tanh:all", "All three gates go through tanh.",
        advice: "Use σ for forget, input and output gate; tanh is for the candidate."
      ) { recipe in for gate in Gate.scaling { recipe.variant.activations[gate] = .tanh } })
    for (version, slope, text) in [("keras1", 0.2, "0.2"), ("keras3", 1.0 / 6, "1/6")] {
      mistakes.append(
        Mistake(
          "hard-sigmoid-\(version)",
          "The gates use the hard sigmoid, \(text)·z + 0.5 held between 0 and 1"
            + (version == "keras1" ? ", once the default of Keras." : ", as in Keras 3."),
          advice: "Use the logistic function σ(z) = 1 / (1 + e^-z) for the gates.",
          variant: .gates(Activation(.hardSigmoid, alpha: slope, beta: 0.5))
        ) { recipe in
          for gate in Gate.scaling {
            recipe.variant.activations[gate] = Activation(.hardSigmoid, alpha: slope, beta: 0.5)
          }
        })
    }
    mistakes += [
      Mistake(
        "hard-threshold", "The gates are rounded to 0 or 1.",
        advice: "Leave the gates as they are: a gate is a number between 0 and 1."
      ) { recipe in for gate in Gate.scaling { recipe.gates[gate].isThreshold = true } },
      Mistake(
        "forget-inverted", "1 - f is used in place of the forget gate f.",
        advice: "Use f as it is: it says how much to keep, not how much to forget."
      ) { $0.gates.forget.isInverted = true },
      Mistake(
        "coupled-input", "The input gate is 1 - f, coupled to the forget gate.",
        advice: "Compute the input gate from its own weights.",
        variant: .coupled(.inputFromForget)
      ) { $0.variant.coupling = .inputFromForget },
      Mistake(
        "coupled-forget", "The forget gate is 1 - i, coupled to the input gate.",
        advice: "Compute the forget gate from its own weights.",
        variant: .coupled(.forgetFromInput)
      ) { $0.variant.coupling = .forgetFromInput },
    ]
    if cell.parameters.shape.hasPeepholes {
      mistakes += [
        Mistake(
          "peephole-missing", "The peepholes are not used.",
          advice: "Add p ⊙ c inside the forget, input and output gate.",
          variant: .withoutPeepholes
        ) { $0.eachGate { $1.peephole = .missing } },
        Mistake(
          "peephole-old-cell", "The output gate's peephole reads the old cell state.",
          advice: "Let the output gate's peephole read the new cell state."
        ) { $0.gates.output.peephole = .oldCell },
      ]
    }
    return mistakes
  }

  /// The 23 wrong orders in which the four blocks of a stacked matrix can be read, known ones
  /// first.
  static var gateOrderMistakes: [Mistake] {
    let gates = GateOrder.pytorch.gates
    let orders = permutations(gates).filter { $0 != gates }
    let named = orders.map { order -> (used: [Gate], story: String?) in
      (order, GateOrderStory.of(order))
    }
    let sorted = named.filter { $0.story != nil } + named.filter { $0.story == nil }
    return sorted.map { used, story in
      let letters = used.map(\.letter).joined()
      let pairs = zip(gates, used).filter { $0 != $1 }
        .enumerated().map { index, pair in
          "those of the \(pair.1.title) \(index == 0 ? "were used " : "")for the \(pair.0.title)"
        }
      return Mistake(
        "gate-order:\(letters)",
        "The parameters stand in another order: \(pairs.joined(separator: ", "))"
          + (story.map { " (\($0))." } ?? "."),
        advice: "Reorder the four blocks of the weights and biases."
      ) { recipe in
        for (gate, source) in zip(gates, used) {
          recipe.gates[gate].weights = source
          recipe.gates[gate].biases = source
        }
      }
    }
  }

  private static func permutations(_ gates: [Gate]) -> [[Gate]] {
    guard gates.count > 1 else { return [gates] }
    return gates.flatMap { first in
      permutations(gates.filter { $0 != first }).map { [first] + $0 }
    }
  }
}

/// Which two frameworks' orders a wrong order of blocks suggests.
enum GateOrderStory {
  private static let orders: [(name: String, order: GateOrder)] = [
    ("PyTorch or Keras", .pytorch), ("ONNX", .onnx), ("TensorFlow 1 or Haiku", .tensorflow1),
    ("OpenVINO", .openVINO), ("Core ML", .coreML), ("Deeplearning4j", .deeplearning4j),
  ]

  /// "blocks of ONNX read in the order of PyTorch or Keras", or nil where no two frameworks fit.
  ///
  /// - Parameter used: for the true gates i, f, g, o in turn, the gate whose parameters were used.
  static func of(_ used: [Gate]) -> String? {
    for reader in orders {
      for file in orders where file.name != reader.name {
        let taken = reader.order.perGate(file.order.gates)
        if GateOrder.pytorch.blocks(taken) == used {
          return "as when blocks of \(file.name) are read in the order of \(reader.name)"
        }
      }
    }
    return nil
  }
}
