// What makes one kind of LSTM cell differ from another, apart from its parameters: settings, so
// that every published variant and ablation runs through the same code.

import RealModule

/// The settings of an LSTM cell. The default is the cell nearly everybody means by "LSTM"
/// (Gers, Schmidhuber and Cummins 2000): σ for the three gates, tanh for candidate and cell.
///
/// Peepholes, a second bias and a recurrent projection are parameters: a cell has them where its
/// ``CellParameters`` do.
public struct CellVariant<Scalar: Real>: Equatable {
  /// Which of forget gate and input gate is one minus the other.
  public enum Coupling: String, CaseIterable, Sendable {
    /// f = 1 - i: the forget gate has no say of its own. ONNX's `input_forget`.
    case forgetFromInput = "forget-from-input"
    /// i = 1 - f: the input gate has no say of its own. TensorFlow Lite's CIFG; Greff et al. 2017.
    case inputFromForget = "input-from-forget"
  }

  /// The function of each gate and of the candidate.
  public var activations: PerGate<Activation<Scalar>>
  /// The function through which the new cell state passes to the hidden state: tanh.
  public var cellActivation: Activation<Scalar>
  /// Whether forget and input gate are coupled, and in which sense.
  public var coupling: Coupling?
  /// Constants in place of gates: a pinned gate has this value whatever is read.
  public var pinned: PerGate<Scalar?>
  /// The bound on every pre-activation, ±clip. ONNX's `clip` as ONNX Runtime reads it: the cell
  /// state is not clipped before its activation.
  public var clip: Scalar?
  /// The bound on the new cell state, ±cellClip, applied before the output gate's peephole reads
  /// it (TensorFlow's `cell_clip`, Sak et al. 2014).
  public var cellClip: Scalar?
  /// The bound on the projected hidden state, ±projectionClip (TensorFlow's `proj_clip`).
  public var projectionClip: Scalar?

  /// Makes the settings; what is left out is the usual LSTM's.
  public init(
    activations: PerGate<Activation<Scalar>> = .init(
      forget: .sigmoid, input: .sigmoid, candidate: .tanh, output: .sigmoid),
    cellActivation: Activation<Scalar> = .tanh,
    coupling: Coupling? = nil,
    pinned: PerGate<Scalar?> = .init(all: nil),
    clip: Scalar? = nil, cellClip: Scalar? = nil, projectionClip: Scalar? = nil
  ) {
    self.activations = activations
    self.cellActivation = cellActivation
    self.coupling = coupling
    self.pinned = pinned
    self.clip = clip
    self.cellClip = cellClip
    self.projectionClip = projectionClip
  }

  /// How a gate gets its value.
  public enum Source: Equatable {
    /// From its weights: activation of the pre-activation.
    case weights
    /// One minus the other gate named here.
    case oneMinus(Gate)
    /// A constant.
    case constant(Scalar)
  }

  /// How `gate` gets its value under these settings. A pin outranks a coupling.
  public func source(of gate: Gate) -> Source {
    if let value = pinned[gate] { return .constant(value) }
    switch (coupling, gate) {
    case (.forgetFromInput, .forget): return .oneMinus(.input)
    case (.inputFromForget, .input): return .oneMinus(.forget)
    default: return .weights
    }
  }
}

extension CellVariant {
  /// The value of a gate that is computed from its weights, given its pre-activation.
  ///
  /// - Parameters:
  ///   - gate: the gate.
  ///   - preactivation: z, one number of it.
  public func value(of gate: Gate, preactivation: Scalar) -> Scalar {
    activations[gate](clip.map { min(max(preactivation, -$0), $0) } ?? preactivation)
  }
}

extension CellVariant where Scalar: BinaryFloatingPoint {
  /// The same settings in another precision.
  public init<Other: Real & BinaryFloatingPoint>(_ other: CellVariant<Other>) {
    self.init(
      activations: other.activations.map { Activation($0) },
      cellActivation: Activation(other.cellActivation),
      coupling: other.coupling.flatMap { .init(rawValue: $0.rawValue) },
      pinned: other.pinned.map { $0.map { Scalar($0) } },
      clip: other.clip.map { Scalar($0) }, cellClip: other.cellClip.map { Scalar($0) },
      projectionClip: other.projectionClip.map { Scalar($0) })
  }
}

extension CellVariant<Double> {
  /// Whether every number of the settings is exactly a `Float`.
  package var fitsFloat: Bool {
    let functions = Gate.allCases.map { activations[$0] } + [cellActivation]
    let numbers =
      functions.flatMap { [$0.alpha, $0.beta] } + Gate.allCases.compactMap { pinned[$0] }
      + [clip, cellClip, projectionClip].compactMap { $0 }
    return numbers.allSatisfy { Double(Float($0)) == $0 }
  }
}

extension CellVariant: Sendable where Scalar: Sendable {}

// MARK: - Published variants

/// The variants that have a name in the literature and need no parameters of their own.
///
/// The abbreviations are those of Greff et al., "LSTM: A Search Space Odyssey", 2017, section III.
public enum NamedVariant: String, CaseIterable, Sendable {
  /// The usual cell.
  case vanilla
  /// NIG: no input gate, i = 1.
  case noInputGate = "no-input-gate"
  /// NFG: no forget gate, f = 1.
  case noForgetGate = "no-forget-gate"
  /// NOG: no output gate, o = 1.
  case noOutputGate = "no-output-gate"
  /// NIAF: no input activation function, g = z.
  case noInputActivation = "no-input-activation"
  /// NOAF: no output activation function, h = o ⊙ c.
  case noOutputActivation = "no-output-activation"
  /// CIFG: coupled input and forget gate. Greff et al. write f = 1 - i.
  case coupled
  /// The cell of Hochreiter and Schmidhuber 1997: no forget gate, candidate 4σ(z) - 2 and cell
  /// activation 2σ(c) - 1, which are 2 tanh(z/2) and tanh(c/2).
  case original1997 = "1997"

  /// The settings of the variant.
  public func settings<Scalar: Real>(_ type: Scalar.Type = Scalar.self) -> CellVariant<Scalar> {
    var variant = CellVariant<Scalar>()
    switch self {
    case .vanilla: break
    case .noInputGate: variant.pinned.input = 1
    case .noForgetGate: variant.pinned.forget = 1
    case .noOutputGate: variant.pinned.output = 1
    case .noInputActivation: variant.activations.candidate = .identity
    case .noOutputActivation: variant.cellActivation = .identity
    case .coupled: variant.coupling = .forgetFromInput
    case .original1997:
      variant.pinned.forget = 1
      variant.activations.candidate = Activation(.scaledTanh, alpha: 2, beta: 1 / 2)
      variant.cellActivation = Activation(.scaledTanh, alpha: 1, beta: 1 / 2)
    }
    return variant
  }
}
