// The small functions that a program brings along because its language's library lacks them.

import LSTMCore

extension CodeSyntax {
  /// The definition of an activation function; nil where the library has it.
  func definition(of kind: Activation<Double>.Kind) -> String? {
    guard kind != .identity, kind != .tanh || language == .swift else { return nil }
    if language == .pytorch, kind == .sigmoid { return nil }
    let parameters = ["alpha", "beta"].prefix(kind.parameterCount)
    let name = functionName(kind)
    guard language == .swift else {
      let list = (["z"] + parameters).joined(separator: ", ")
      return "def \(name)(\(list)):\n    return \(pythonBody(kind))"
    }
    guard kind != .tanh else { return nil }
    let type = precision == .float ? "Float" : "Double"
    let list = (["z"] + parameters).map { "_ \($0): \(type)" }.joined(separator: ", ")
    return "func \(name)(\(list)) -> \(type) { \(swiftBody(kind)) }"
  }

  private func pythonBody(_ kind: Activation<Double>.Kind) -> String {
    let library = language == .numpy ? "np" : "torch"
    let clip = language == .numpy ? "np.clip" : "torch.clamp"
    return switch kind {
    case .sigmoid: "1 / (1 + \(library).exp(-z))"
    case .tanh: "\(library).tanh(z)"
    case .identity: "z"
    case .relu: "z * (z > 0)"
    case .affine: "alpha * z + beta"
    case .leakyRelu: "\(library).where(z < 0, alpha * z, z)"
    case .thresholdedRelu: "z * (z >= alpha)"
    case .scaledTanh: "alpha * \(library).tanh(beta * z)"
    case .hardSigmoid: "\(clip)(alpha * z + beta, 0, 1)"
    case .elu: "\(library).where(z < 0, alpha * \(library).expm1(z), z)"
    case .softsign: "z / (1 + abs(z))"
    case .softplus: "\(library).log1p(\(library).exp(-abs(z))) + z * (z > 0)"
    }
  }

  private func swiftBody(_ kind: Activation<Double>.Kind) -> String {
    switch kind {
    case .sigmoid: "1 / (1 + exp(-z))"
    case .tanh: "tanh(z)"
    case .identity: "z"
    case .relu: "max(z, 0)"
    case .affine: "alpha * z + beta"
    case .leakyRelu: "z < 0 ? alpha * z : z"
    case .thresholdedRelu: "z >= alpha ? z : 0"
    case .scaledTanh: "alpha * tanh(beta * z)"
    case .hardSigmoid: "min(max(alpha * z + beta, 0), 1)"
    case .elu: "z < 0 ? alpha * expm1(z) : z"
    case .softsign: "z / (1 + abs(z))"
    case .softplus: "max(z, 0) + log1p(exp(-abs(z)))"
    }
  }

  // MARK: - Vectors and matrices

  /// A vector as code: zeros and constants by name, anything else written out.
  func vector(_ values: [Double]) -> String {
    if let first = values.first, values.allSatisfy({ $0 == first }), values.count > 1 {
      switch language {
      case .numpy where first == 0: return "np.zeros(\(values.count), dtype)"
      case .numpy: return "np.full(\(values.count), \(number(first)), dtype)"
      case .pytorch where first == 0: return "torch.zeros(\(values.count), dtype=dtype)"
      case .pytorch: return "torch.full((\(values.count),), \(number(first)), dtype=dtype)"
      case .swift: return "Vector(repeating: \(number(first)), count: \(values.count))"
      }
    }
    let list = self.list(values)
    switch language {
    case .numpy: return "np.array(\(list), dtype)"
    case .pytorch: return "torch.tensor(\(list), dtype=dtype)"
    case .swift: return list
    }
  }

  /// A matrix as code, a row a line.
  func matrix(_ matrix: Matrix<Double>) -> String {
    if isIdentity(matrix) {
      switch language {
      case .numpy: return "np.eye(\(matrix.rows), dtype=dtype)"
      case .pytorch: return "torch.eye(\(matrix.rows), dtype=dtype)"
      case .swift: return "identity(\(matrix.rows))"
      }
    }
    let indent = language == .swift ? "  " : "    "
    let rows = (0..<matrix.rows).map { indent + list(Array(matrix.row($0))) + ",\n" }.joined()
    switch language {
    case .numpy: return "np.array([\n\(rows)], dtype)"
    case .pytorch: return "torch.tensor([\n\(rows)], dtype=dtype)"
    case .swift: return "[\n\(rows)]"
    }
  }

  func isIdentity(_ matrix: Matrix<Double>) -> Bool {
    matrix.rows == matrix.columns && matrix == Matrix(identity: matrix.rows)
  }

  private func list(_ values: [Double]) -> String {
    "[\(values.map(number).joined(separator: ", "))]"
  }
}
