// A step as LaTeX: it compiles as it is, and nothing runs off the page.

import Foundation
import LSTMCore
import TestSupport
import Testing

@testable import LSTMInsight

@Suite struct LaTeXReportTests {
  /// Whether this is CI, where no tool may be missing.
  static let isCI = ProcessInfo.processInfo.environment["CI"] == "true"

  static let hasLaTeX = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .contains { FileManager.default.isExecutableFile(atPath: "\($0)/pdflatex") }

  /// Compiles a document and returns what TeX logged and whether there is a PDF.
  private static func compile(_ text: String) throws -> (log: String, hasPDF: Bool, status: Int32) {
    try Fixtures.withTemporaryFolder { folder in
      try Data(text.utf8).write(to: folder.appending(path: "step.tex"))
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "step.tex"]
      process.currentDirectoryURL = folder
      process.standardOutput = FileHandle.nullDevice
      process.standardInput = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      let log = try Data(contentsOf: folder.appending(path: "step.log"))
      let hasPDF = FileManager.default.fileExists(
        atPath: folder.appending(path: "step.pdf").path)
      return (String(decoding: log, as: UTF8.self), hasPDF, process.terminationStatus)
    }
  }

  private static func check(_ report: StepReport) throws {
    let (log, hasPDF, status) = try compile(LaTeXReport(report).text)
    let errors = log.split(separator: "\n").filter { $0.hasPrefix("!") }
    #expect(status == 0 && hasPDF && errors.isEmpty, "\(errors)")
    // A point or two beyond the margin is not seen; a number cut off is.
    let tooWide = log.matches(of: /Overfull \\hbox \(([0-9.]+)pt too wide/)
      .compactMap { Double($0.output.1) }.filter { $0 > 5 }
    #expect(tooWide.isEmpty, "\(tooWide) points too wide")
  }

  @Test(
    "Every kind of step compiles and stays on the page", .enabled(if: isCI || hasLaTeX),
    arguments: ShownStep.allCases)
  func compiles(_ shown: ShownStep) throws {
    try Self.check(try shown.report())
  }

  @Test(
    "Forty units, and eight inputs with everything, compile and stay on the page",
    .enabled(if: isCI || hasLaTeX),
    arguments: [
      CellShape(inputSize: 8, hiddenSize: 40, hasRecurrentBias: true),
      CellShape(
        inputSize: 8, hiddenSize: 8, projectionSize: 8, hasPeepholes: true, hasRecurrentBias: true),
    ])
  func large(_ shape: CellShape) throws {
    var variant = CellVariant<Double>(clip: 1.5, cellClip: 1)
    if shape.projectionSize != nil { variant.projectionClip = 0.5 }
    let cell = ReadableCell(
      parameters: try CellParameters<Double>(.normal(standardDeviation: 1), shape: shape, seed: 2),
      variant: variant)
    let given = StepInput(
      input: [-0.12345678, 0.87654321, -0.5, 0.25, -1.2345678, 1, 2, -3],
      cell: (0..<shape.hiddenSize).map { Double($0) / 7 - 2 })
    try Self.check(
      try StepReport(cell: cell, given: given, weights: "a_file with 100 % & {braces}.json"))
  }

  @Test("Words are escaped, and the few signs beyond ASCII are mathematics")
  func escaping() {
    #expect(
      LaTeXReport.escaped("50 % & a_b #1 {x} $5 ~ ^")
        == ##"50 \% \& a\_b \#1 \{x\} \$5 \textasciitilde{} \textasciicircum{}"##)
    #expect(LaTeXReport.escaped(#"C:\dir"#) == #"C:\textbackslash{}dir"#)
    #expect(LaTeXReport.escaped("±1/√H ⊙") == #"$\pm$1/$\surd$H $\odot$"#)
    #expect(LaTeXReport.escaped("Zürich 日本 😀") == "Zürich ?? ?")
  }

  @Test("A long sum is broken into rows, a short one is not")
  func longSums() throws {
    func text(_ input: [Double]) throws -> String {
      let shape = CellShape(inputSize: input.count, hiddenSize: input.count)
      let cell = ReadableCell(
        parameters: try CellParameters<Double>(.identity, shape: shape, seed: 0))
      return LaTeXReport(
        try StepReport(cell: cell, given: StepInput(input: input), weights: "identity")
      ).text
    }
    #expect(
      try text([-0.12345678, -0.12345678, -0.12345678, -0.12345678, -0.12345678, 1]).contains(
        #"""
        W_{f,1} x_{t} &= 1 \cdot (-0.12345678) + 0 \cdot (-0.12345678) + 0 \cdot (-0.12345678) + 0 \cdot (-0.12345678) \\
         &\quad + 0 \cdot (-0.12345678) + 0 \cdot 1 \\
         &= -0.12345678 \\
        """#))
    #expect(try !text([1, 2, 3, 4, 5]).contains("\\quad +"))
  }
}
